/**
 * `npm run docs:build` and `npm run docs:dev`: the site of docs/, with VitePress. Pages are staged in `.work/site`, where the
 * front matter of diagnostics, which is read by `npm run gen` and is not YAML, is replaced by a title.
 */
import { cpSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';

import { repository } from './servers/prepare-copies.ts';

const site = join(repository, '.work/site');
const docs = join(repository, 'docs');

function stage(): void {
  rmSync(site, { recursive: true, force: true });
  cpSync(docs, site, { recursive: true, filter: (path) => !/\.vitepress[\\/](cache|dist)$/.test(path) });
  const diagnostics = join(site, 'diagnostics');
  for (const file of readdirSync(diagnostics)) {
    const path = join(diagnostics, file);
    const text = readFileSync(path, 'utf8');
    const heading = /^# (.+)$/m.exec(text)?.[1] ?? file;
    writeFileSync(
      path,
      `---\ntitle: ${JSON.stringify(heading)}\n---\n\n${text.replace(/^---\n[\s\S]*?\n---\n/, '')}`,
    );
  }
  symlinkSync(join(repository, 'node_modules'), join(site, 'node_modules'), 'dir');
}

const [command = 'build'] = process.argv.slice(2);
stage();
const vitepress = join(repository, 'node_modules/vitepress/bin/vitepress.js');
const { status } = spawnSync(process.execPath, [vitepress, command, site], { stdio: 'inherit' });
if (command === 'build' && status === 0) {
  const built = join(docs, '.vitepress/dist');
  rmSync(built, { recursive: true, force: true });
  cpSync(join(site, '.vitepress/dist'), built, { recursive: true });
}
process.exitCode = status ?? 1;
