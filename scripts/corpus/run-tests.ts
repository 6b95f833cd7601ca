import { existsSync, readFileSync, rmSync } from 'node:fs';

import { runShell, type Bounds } from './run-bounded.ts';
import { findReporter, readPrinted, type TestFailure, type TestReport } from './test-report.ts';

/** What runs the tests of a package. */
export interface TestCommand {
  readonly line: string;
  /** The script that the line leads to, by which the runner is known. */
  readonly script: string;
  /** What the tool between the line and the runner wants before further arguments. */
  readonly separator: '' | '--';
}

export interface TestRun extends TestReport {
  /** `unread`: the command failed in a way that names no test. */
  readonly status: 'passed' | 'failures' | 'unread' | 'timeout' | 'none';
  /** The line that was run; what an earlier run of another line found says nothing about this one. */
  readonly command: string;
  readonly seconds: number;
  /** The end of what was printed, when it names no test. */
  readonly output?: string;
}

export const NO_TESTS: TestRun = {
  status: 'none',
  command: '',
  passed: undefined,
  failed: undefined,
  failures: [],
  seconds: 0,
};

/**
 * Runs the tests of a package. Vitest, Jest and Mocha are asked for their JSON; of other runners the output is read.
 * @param reportFile where the JSON goes
 */
export async function runTests(command: TestCommand, reportFile: string, bounds: Bounds): Promise<TestRun> {
  const reporter = findReporter(command.script);
  rmSync(reportFile, { force: true });
  const line = [command.line, ...(reporter ? [command.separator, reporter.args(reportFile)] : [])].join(' ');
  const run = await runShell(line, { ...bounds, env: { ...bounds.env, NODE_OPTIONS: NODE_TEST_OPTIONS } });
  const written = reporter && existsSync(reportFile) ? readFileSync(reportFile, 'utf8') : undefined;
  const report = (written && reporter?.read(written, bounds.cwd)) || readPrinted(run.output, bounds.cwd);
  const status = run.timedOut
    ? 'timeout'
    : run.code === 0
      ? 'passed'
      : (report.failed ?? 0) > 0 || report.failures.length > 0
        ? 'failures'
        : 'unread';
  const output = status === 'unread' || status === 'timeout' ? { output: run.output.slice(-2000) } : {};
  return { ...report, status, command: command.line, seconds: run.seconds, ...output };
}

/** For `node --test`, whose default depends on the version: TAP names nested tests and says why they failed. */
const NODE_TEST_OPTIONS = '--test-reporter=tap --test-reporter-destination=stdout';

/** Tests that failed in one of two runs of the same sources say nothing about a change of the sources. */
export function eitherRun(first: TestRun, second: TestRun): TestRun {
  const known = new Set(first.failures.map(({ name }) => name));
  const failures = [...first.failures, ...second.failures.filter(({ name }) => !known.has(name))];
  const passed = Math.min(first.passed ?? Infinity, second.passed ?? Infinity);
  return { ...first, failures, passed: Number.isFinite(passed) ? passed : undefined };
}

/** What fails in `after` and did not in `before`, and what no longer ran. */
export function newFailures(before: TestRun, after: TestRun): TestFailure[] {
  const known = new Set(before.failures.map(({ name }) => name));
  const named = after.failures.filter(({ name }) => !known.has(name));
  if (named.length > 0) return named;
  const isBroken = after.status === 'unread' || after.status === 'timeout';
  if (isBroken && after.status !== before.status)
    return [{ name: `the whole run (${after.status})`, message: after.output?.trim().split('\n').at(-1) }];
  const lost = (before.passed ?? 0) - (after.passed ?? 0);
  return lost > 0 && after.status !== 'passed' ? [{ name: `${lost} tests that passed` }] : [];
}

/** Those of the first list that are in the second one. */
export function inBoth(first: readonly TestFailure[], second: readonly TestFailure[]): TestFailure[] {
  const names = new Set(second.map(({ name }) => name));
  return first.filter(({ name }) => names.has(name));
}
