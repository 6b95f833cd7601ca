import { randomBytes } from 'node:crypto';
import { existsSync, realpathSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';

import { diag } from '../../diagnostics/catalog.gen.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { findTestCommands } from './find-test-commands.ts';
import type { TestCommand } from './find-test-commands.ts';
import { listAncestors } from './list-ancestors.ts';
import { createOverlay } from './overlay.ts';
import type { PackageCopy } from './overlay.ts';
import { packageDirectories } from './package-directories.ts';
import { runInGroup } from './run-in-group.ts';
import type { GroupRun } from './run-in-group.ts';

export interface CompareTestsOptions {
  /** A line for the shell in place of the script `test`. */
  readonly command?: string | undefined;
  /** What one run may take. */
  readonly seconds: number;
  /** Packages the changed files import and the project may not have yet, by name. */
  readonly packages: ReadonlyMap<string, PackageCopy>;
  readonly onProgress?: (text: string) => void;
}

/** A command with what became of it. */
interface TestRun extends GroupRun {
  readonly command: TestCommand;
}

/**
 * Runs the project's own tests as it is and, where they pass, as it would be; each time in a copy of its own, with the
 * installed packages linked, so that neither the project nor the second run sees what tests leave behind.
 * @param dir the project, or a directory in it
 * @param changed absolute path → new content; a package.json counts for nothing here, since nothing is installed
 * @returns an error for tests that the change breaks, warnings for those that tell nothing
 */
export async function compareTests(
  dir: string,
  changed: ReadonlyMap<string, string>,
  options: CompareTestsOptions,
): Promise<readonly Diagnostic[]> {
  const named = resolve(dir);
  const real = realpathSync(named);
  const root = packageDirectories(real)[0] ?? real;
  const files = new Map(
    [...changed]
      .filter(([path]) => basename(path) !== 'package.json')
      .map(([path, text]) => [join(real, relative(named, path)), text]),
  );
  const commands =
    options.command === undefined
      ? await findTestCommands(root, [...files.keys()])
      : [{ cwd: real, line: options.command }];
  if (commands.length === 0) return [notCompared('no package.json has a script `test`')];
  if (usesPlugAndPlay(root))
    return [notCompared('packages are installed by Plug’n’Play, without node_modules')];

  const before = await runAll(root, commands, 'before', new Map(), options);
  const passing = before.filter(isPassed).map(({ command }) => command);
  const after = passing.length === 0 ? [] : await runAll(root, passing, 'after', files, options);
  return [
    ...before.filter((run) => !isPassed(run)).map((run) => describeBaseline(run, options)),
    ...after.filter((run) => !isPassed(run)).map((run) => describeFailure(run, real, options)),
  ];
}

function isPassed({ code }: TestRun): boolean {
  return code === 0;
}

async function runAll(
  root: string,
  commands: readonly TestCommand[],
  stage: 'before' | 'after',
  files: ReadonlyMap<string, string>,
  { packages, seconds, onProgress }: CompareTestsOptions,
): Promise<readonly TestRun[]> {
  onProgress?.(`copying the project for its tests ${stage} the migration`);
  const copy = await createOverlay({ dir: root, files, packages, copied: 'files' });
  try {
    const runs: TestRun[] = [];
    for (const command of commands) {
      const onOutput = (text: string): void => {
        const last = text.trimEnd().split('\n').at(-1);
        onProgress?.(`testing ${stage}: ${last}`);
      };
      const cwd = copy.locate(command.cwd);
      const run = await runInGroup(command.line, {
        cwd,
        env: { ...environment(), ...command.env },
        seconds,
        onOutput,
      });
      runs.push({ ...run, command, output: run.output.replaceAll(copy.locate(root), root) });
    }
    return runs;
  } finally {
    await copy.remove();
  }
}

/**
 * Ours, without what a package manager that started us says of the project on the disk, which the one that we start would
 * believe; as on a build server, so that no runner waits for changes; with a key for states, as a server will have.
 */
function environment(): Record<string, string | undefined> {
  const own = Object.entries(process.env).filter(([name]) => !/^(?:npm_|pnpm_|INIT_CWD$)/i.test(name));
  const { MRTR_STATE_KEYS = randomBytes(32).toString('base64url') } = process.env;
  return { ...Object.fromEntries(own), CI: 'true', MRTR_STATE_KEYS };
}

function usesPlugAndPlay(root: string): boolean {
  return listAncestors(root).some((at) => ['.pnp.cjs', '.pnp.js'].some((name) => existsSync(join(at, name))));
}

function notCompared(reason: string, notes: readonly string[] = []): Diagnostic {
  return diag.testsNotCompared(undefined, { reason }, { notes });
}

function describeBaseline(run: TestRun, options: CompareTestsOptions): Diagnostic {
  const problem = run.timedOut ? `does not end within ${options.seconds} s` : 'fails';
  return notCompared(`\`${run.command.line}\` ${problem} without the migration, too`, tailOf(run));
}

function describeFailure(run: TestRun, dir: string, options: CompareTestsOptions): Diagnostic {
  const problem = run.timedOut ? `does not end within ${options.seconds} s` : 'fails';
  const place = relative(dir, run.command.cwd);
  const command =
    place === '' || place.startsWith('..') ? run.command.line : `${run.command.line} (in ${place})`;
  return diag.testsFailAfterMigration(undefined, { command, problem }, { notes: tailOf(run) });
}

const SHOWN_LINES = 40;

function tailOf({ output }: TestRun): readonly string[] {
  const lines = output.trimEnd().split(/\r?\n/);
  const shown = lines.slice(-SHOWN_LINES).join('\n');
  if (shown === '') return [];
  return [lines.length > SHOWN_LINES ? `the end of its output:\n${shown}` : `its output:\n${shown}`];
}
