import type { Bounds } from './run-bounded.ts';
import { runShell } from './run-bounded.ts';

export interface TestRun {
  /** `unread`: the tests failed in a way that names none of them. */
  readonly status: 'passed' | 'failures' | 'unread' | 'timeout' | 'none';
  readonly passed: number | undefined;
  readonly failed: number | undefined;
  /** The names of what failed, as far as the runner prints them. */
  readonly failures: readonly string[];
  readonly seconds: number;
}

export const NO_TESTS: TestRun = {
  status: 'none',
  passed: undefined,
  failed: undefined,
  failures: [],
  seconds: 0,
};

/** Runs the tests of a repository; Vitest, Jest, node:test, Bun and Mocha are understood. */
export async function runTests(command: string, bounds: Bounds): Promise<TestRun> {
  const run = await runShell(command, bounds);
  const text = stripColor(run.output);
  const passed = sumOf(text, PASSED);
  const failed = sumOf(text, FAILED);
  const failures = [...new Set(namesOf(text))].sort();
  const status = run.timedOut
    ? 'timeout'
    : run.code === 0
      ? 'passed'
      : (failed ?? 0) > 0 || failures.length > 0
        ? 'failures'
        : 'unread';
  return { status, passed, failed, failures, seconds: run.seconds };
}

/** Summary lines: Vitest and Jest `Tests  2 failed | 5 passed`, node:test `# fail 2`, Bun ` 2 fail`, Mocha `2 failing`. */
const PASSED: readonly RegExp[] = [
  /^\s*Tests:?\s.*?(\d+) passed/gm,
  /^[#ℹ] pass (\d+)$/gm,
  /^\s*(\d+) pass$/gm,
  /^\s*(\d+) passing\b/gm,
];

const FAILED: readonly RegExp[] = [
  /^\s*Tests:?\s.*?(\d+) failed/gm,
  /^[#ℹ] fail (\d+)$/gm,
  /^\s*(\d+) fail$/gm,
  /^\s*(\d+) failing\b/gm,
];

const FAILURE_NAMES: readonly RegExp[] = [
  /^\s*FAIL\s+(.+?)(?:\s+\[.*\])?$/gm,
  /^\s*● (?!Console)(.+)$/gm,
  /^\(fail\) (.+?)(?: \[[\d.]+ms\])?$/gm,
  /^\s*not ok \d+ - (.+?)(?: # .*)?$/gm,
  /^\s*✖ (?!failing tests:)(.+?)(?: \([\d.]+ms\))?$/gm,
];

function sumOf(text: string, patterns: readonly RegExp[]): number | undefined {
  const counts = patterns.flatMap((pattern) => [...text.matchAll(pattern)].map(([, count]) => Number(count)));
  return counts.length === 0 ? undefined : counts.reduce((sum, count) => sum + count, 0);
}

function namesOf(text: string): string[] {
  return FAILURE_NAMES.flatMap((pattern) => [...text.matchAll(pattern)].map(([, name = '']) => name.trim()));
}

function stripColor(text: string): string {
  // oxlint-disable-next-line no-control-regex -- terminal colours begin with ESC
  return text.replaceAll(/\u001b\[[\d;]*[A-Za-z]/g, '');
}
