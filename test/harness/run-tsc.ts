import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);

/** The releases of TypeScript that users have, by the names of our dependencies on them. */
export const RELEASES = ['typescript5', 'typescript', 'typescript7'] as const;

/**
 * What `tsc --strict --noEmit` of one release prints about `files` (names in `cwd`), with further flags: nothing when
 * they are correct.
 */
export function runTsc(
  compiler: (typeof RELEASES)[number],
  cwd: string,
  files: readonly string[],
  flags: readonly string[] = [],
): string {
  const tsc = join(dirname(require.resolve(`${compiler}/package.json`)), 'bin/tsc');
  const strict = [
    '--strict',
    '--noEmit',
    '--skipDefaultLibCheck',
    '--target',
    'es2022',
    '--module',
    'nodenext',
  ];
  const run = spawnSync(process.execPath, [tsc, ...strict, ...flags, ...files], { cwd, encoding: 'utf8' });
  if (run.status !== 0 && run.stdout === '') throw new Error(run.stderr);
  return run.stdout;
}
