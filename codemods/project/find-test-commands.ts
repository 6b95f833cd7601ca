import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { detect, resolveCommand } from 'package-manager-detector';

import { packageDirectories } from './package-directories.ts';

/** A line that runs tests, and where. */
export interface TestCommand {
  readonly cwd: string;
  readonly line: string;
  /** What it needs to run in a copy. */
  readonly env?: Readonly<Record<string, string>>;
}

/** pnpm would install where it finds that too little is; one name for each of its versions. */
const PNPM = { npm_config_verify_deps_before_run: 'false', pnpm_config_verify_deps_before_run: 'false' };

/** What `npm init` writes. */
const NO_TEST = /^echo ["']?Error: no test specified/;

/**
 * The script `test` of the project, run by the project's package manager; where the project has none, those of the
 * packages that the changed files are in.
 * @param root the directory of the project's package.json
 * @param changed absolute paths
 */
export async function findTestCommands(
  root: string,
  changed: readonly string[],
): Promise<readonly TestCommand[]> {
  const packages = hasTests(root) ? [root] : new Set(changed.flatMap((file) => packageOf(file, root) ?? []));
  return Promise.all(
    [...packages].map(async (cwd) => {
      const detected = await detect({ cwd });
      const resolved = resolveCommand(detected?.agent ?? 'npm', 'run', ['test']);
      const { command, args } = resolved ?? { command: 'npm', args: ['run', 'test'] };
      const env = detected?.name === 'pnpm' ? PNPM : {};
      return { cwd, line: [command, ...args].join(' '), env };
    }),
  );
}

/** The package nearest to a file, not above `root`, that has tests. */
function packageOf(file: string, root: string): string | undefined {
  return packageDirectories(dirname(file), root).find(hasTests);
}

function hasTests(directory: string): boolean {
  const path = join(directory, 'package.json');
  if (!existsSync(path)) return false;
  const { scripts } = JSON.parse(readFileSync(path, 'utf8')) as { scripts?: { test?: unknown } };
  return typeof scripts?.test === 'string' && !NO_TEST.test(scripts.test);
}
