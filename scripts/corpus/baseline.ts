import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

import { findPackageManager, installCommand } from './package-manager.ts';
import type { ListedRepository } from './read-list.ts';
import { runShell, type BoundedRun } from './run-bounded.ts';
import { NO_TESTS, type TestRun } from './run-tests.ts';
import { testBaseline } from './test-package.ts';
import { checkTypes, type TypeCheck } from './type-check.ts';
import type { Workshop } from './workshop.ts';

export interface Step {
  readonly status: 'ok' | 'failed' | 'timeout' | 'skipped';
  readonly seconds: number;
  /** The end of what it said, when it failed. */
  readonly output?: string;
}

export interface Checked {
  readonly types: TypeCheck;
  readonly tests: TestRun;
}

/** A repository as published: installed, and what its own checks say, by package. */
export interface Baseline {
  readonly revision: string | undefined;
  /** Absolute: the installed copy, which is not changed any more. */
  readonly directory: string;
  readonly install: Step;
  readonly packages: readonly Checked[];
}

const NO_TYPES: TypeCheck = { status: 'none', errors: [], seconds: 0 };
export const NOT_CHECKED: Checked = { types: NO_TYPES, tests: NO_TESTS };
export const SKIPPED: Step = { status: 'skipped', seconds: 0 };

/** What an earlier run found in this revision is taken again, unless it was without an installation and this one is not. */
export async function prepareBaseline(listed: ListedRepository, workshop: Workshop): Promise<Baseline> {
  const directory = join(workshop.directory, 'baseline', listed.name.replaceAll('/', '+'));
  const file = `${directory}.json`;
  if (existsSync(file)) {
    const known = JSON.parse(readFileSync(file, 'utf8')) as Baseline;
    const isComplete = known.install.status !== 'skipped' || !workshop.installs;
    if (isComplete && known.revision === listed.revision)
      return writeBaseline(file, await checkRest(listed, known, workshop));
  }
  await copyRepository(listed.path, directory, workshop);
  workshop.onStep('install');
  const install = workshop.installs ? await installAll(listed, directory, false, workshop) : SKIPPED;
  const packages: Checked[] = [];
  for (const name of install.status === 'ok' ? listed.packages : []) {
    const path = join(directory, name);
    const types = await checkPackageTypes(path, directory, workshop);
    const tests = await testBaseline({ listed, directory: path, copy: directory }, NO_TESTS, workshop);
    packages.push({ types, tests });
  }
  return writeBaseline(file, { revision: listed.revision, directory, install, packages });
}

function writeBaseline(file: string, baseline: Baseline): Baseline {
  writeFileSync(file, `${JSON.stringify(baseline, undefined, 2)}\n`);
  return baseline;
}

/** An earlier run may have been one without types or tests. */
async function checkRest(listed: ListedRepository, known: Baseline, workshop: Workshop): Promise<Baseline> {
  const { directory } = known;
  if (known.install.status !== 'ok') return known;
  const packages: Checked[] = [];
  for (const [index, name] of listed.packages.entries()) {
    const { types, tests } = known.packages[index] ?? NOT_CHECKED;
    const path = join(directory, name);
    packages.push({
      types: types.status === 'none' ? await checkPackageTypes(path, directory, workshop) : types,
      tests: await testBaseline({ listed, directory: path, copy: directory }, tests, workshop),
    });
  }
  return { ...known, packages };
}

async function copyRepository(path: string, copy: string, { env }: Workshop): Promise<void> {
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(copy, { recursive: true });
  cpSync(path, copy, { recursive: true, verbatimSymlinks: true });
  // Under version control, as a user has it; some tests and scripts ask git, too.
  const author = '-c user.name=corpus -c user.email=corpus@example.invalid';
  const commit = `git init -q && git add -A && git ${author} commit -qm "as published"`;
  await runShell(commit, { cwd: copy, env, seconds: 120 });
}

/**
 * Installs every package of the list, and builds what the list says.
 * @param isChanged whether a manifest is no longer what the lock file was made from
 */
export async function installAll(
  listed: ListedRepository,
  copy: string,
  isChanged: boolean,
  { env, limits }: Workshop,
): Promise<Step> {
  const bounds = { env, seconds: limits.install };
  const commands = [
    ...(listed.install === undefined
      ? installCommands(listed, copy, isChanged)
      : [{ line: listed.install, cwd: copy }]),
    ...(listed.build === undefined ? [] : [{ line: listed.build, cwd: copy }]),
  ];
  let seconds = 0;
  for (const { line, cwd } of commands) {
    const step = stepOf(await runShell(line, { ...bounds, cwd }));
    seconds += step.seconds;
    if (step.status !== 'ok') return { ...step, seconds };
  }
  return { status: 'ok', seconds };
}

/** One for each lock file. */
function installCommands(
  { packages }: ListedRepository,
  copy: string,
  isChanged: boolean,
): { readonly line: string; readonly cwd: string }[] {
  const managers = packages.map((name) => findPackageManager(join(copy, name), copy));
  const byRoot = new Map(managers.map((manager) => [manager.root, manager]));
  return [...byRoot.values()].map((manager) => ({
    line: installCommand(manager, isChanged),
    cwd: manager.root,
  }));
}

function stepOf({ code, timedOut, seconds, output }: BoundedRun): Step {
  if (code === 0) return { status: 'ok', seconds };
  return { status: timedOut ? 'timeout' : 'failed', seconds, output: output.slice(-2000) };
}

export async function checkPackageTypes(
  directory: string,
  copy: string,
  { env, limits, types, onStep }: Workshop,
): Promise<TypeCheck> {
  if (!types) return NO_TYPES;
  onStep(`types ${relative(copy, directory) || '.'}`);
  return checkTypes(directory, copy, { cwd: directory, env, seconds: limits.types });
}
