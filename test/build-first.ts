/** Vitest global setup of the tests that run the built package: builds it unless dist/ is up to date. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export function setup(): void {
  const cwd = fileURLToPath(new URL('..', import.meta.url));
  const build = spawnSync(
    process.execPath,
    ['--import', 'tsx', 'scripts/build.ts', '--if-stale', '--no-check'],
    { cwd, encoding: 'utf8' },
  );
  if (build.status !== 0) throw new Error(`the build failed:\n${build.stdout}${build.stderr}`);
}
