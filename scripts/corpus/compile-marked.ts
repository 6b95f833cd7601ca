import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { repository } from '../servers/prepare-copies.ts';
import type { PackageMigration } from './migrate-package.ts';
import { runBounded } from './run-bounded.ts';
import type { Workshop } from './workshop.ts';

export interface Compilation {
  readonly status: 'nothing' | 'done' | 'failed';
  readonly files: number;
  readonly output?: string;
}

/**
 * Replaces the files with marked functions by their compiled form, as a build of the package would do before its tests
 * run, whatever that build is.
 */
export async function compileMarked(
  directory: string,
  { changedFiles }: PackageMigration,
  { directory: scratch, env, limits }: Workshop,
): Promise<Compilation> {
  const marked = changedFiles.filter(
    (file) =>
      /\.[cm]?[jt]sx?$/.test(file) && /\bresumable\(/.test(readFileSync(join(directory, file), 'utf8')),
  );
  if (marked.length === 0) return { status: 'nothing', files: 0 };
  const [sources, compiled] = [join(scratch, 'marked'), join(scratch, 'compiled')];
  for (const stale of [sources, compiled]) rmSync(stale, { recursive: true, force: true });
  for (const file of marked) cpSync(join(directory, file), join(sources, file));
  const args = [join(repository, 'bin/mrtr.js'), 'compile', sources, '--out', compiled];
  const run = await runBounded(process.execPath, args, { cwd: scratch, env, seconds: limits.migrate });
  if (run.code !== 0) return { status: 'failed', files: marked.length, output: run.output.slice(-4000) };
  for (const file of marked)
    writeFileSync(join(directory, file), unchecked(readFileSync(join(compiled, file), 'utf8')));
  return { status: 'done', files: marked.length };
}

/** Machines have no types: those of the marked functions were checked before. A build would compile after its type check. */
function unchecked(text: string): string {
  const [shebang = ''] = /^#!.*\n/.exec(text) ?? [];
  return `${shebang}// @ts-nocheck\n${text.slice(shebang.length)}`;
}
