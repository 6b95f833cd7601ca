import { join, relative } from 'node:path';

import { findPackageManager, readManifest, testCommand } from './package-manager.ts';
import type { ListedRepository } from './read-list.ts';
import { eitherRun, inBoth, newFailures, NO_TESTS, runTests } from './run-tests.ts';
import type { TestCommand, TestRun } from './run-tests.ts';
import type { TestFailure } from './test-report.ts';
import type { Workshop } from './workshop.ts';

/** A package of a listed repository, in a copy of it. */
export interface TestedPackage {
  readonly listed: ListedRepository;
  /** Absolute. */
  readonly directory: string;
  /** Absolute: the root of the copy. */
  readonly copy: string;
}

/**
 * The tests of a package as published, from an earlier run when they were run by the same line; once more when some
 * failed, and then all that failed in one of both runs are told as failures.
 */
export async function testBaseline(
  tested: TestedPackage,
  known: TestRun,
  workshop: Workshop,
): Promise<TestRun> {
  const command = commandOf(tested);
  if (!workshop.tests) return known;
  if (command === undefined) return NO_TESTS;
  if (known.command === command.line) return known;
  const run = await runOnce(tested, command, workshop);
  return run.status === 'failures' ? eitherRun(run, await runOnce(tested, command, workshop)) : run;
}

/** The tests of a migrated package, and what of it is new: failed twice, and never as published. */
export async function testMigrated(
  tested: TestedPackage,
  before: TestRun,
  workshop: Workshop,
): Promise<{ readonly tests: TestRun; readonly failures: readonly TestFailure[] }> {
  const command = commandOf(tested);
  // Tests that did not end in time before would not now.
  if (!workshop.tests || command === undefined || before.status === 'timeout')
    return { tests: before, failures: [] };
  const tests = await runOnce(tested, command, workshop);
  const failures = newFailures(before, tests);
  if (failures.length === 0) return { tests, failures };
  return { tests, failures: inBoth(failures, newFailures(before, await runOnce(tested, command, workshop))) };
}

function runOnce(
  { listed, directory, copy }: TestedPackage,
  command: TestCommand,
  { directory: scratch, env, limits, onStep }: Workshop,
): Promise<TestRun> {
  onStep(`tests ${relative(copy, directory) || '.'}`);
  const cwd = listed.test === undefined ? directory : copy;
  return runTests(command, join(scratch, 'test-report.json'), { cwd, env, seconds: limits.tests });
}

/** `undefined` where there are no tests. */
function commandOf({ listed, directory, copy }: TestedPackage): TestCommand | undefined {
  if (listed.test === '') return undefined;
  if (listed.test !== undefined) return { line: listed.test, script: listed.test, separator: '' };
  const script = readManifest(directory).scripts?.test;
  const isPlaceholder = script === undefined || script.includes('no test specified');
  if (isPlaceholder) return undefined;
  const manager = findPackageManager(directory, copy);
  return { line: testCommand(manager), script, separator: manager.tool === 'npm' ? '--' : '' };
}
