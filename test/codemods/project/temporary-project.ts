import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { onTestFinished } from 'vitest';

const ourNodeModules = fileURLToPath(new URL('../../../node_modules', import.meta.url));

/** Writes a directory that lives as long as the running test; returns its real path. */
export function createProject(files: Readonly<Record<string, string>>): string {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'mrtr-project-')));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  return dir;
}

/** Installs packages of ours into a project: name there → name here. */
export function linkPackages(dir: string, packages: Readonly<Record<string, string>>): void {
  for (const [name, ours] of Object.entries(packages)) {
    const target = join(dir, 'node_modules', name);
    mkdirSync(dirname(target), { recursive: true });
    symlinkSync(join(ourNodeModules, ours), target, 'junction');
  }
}
