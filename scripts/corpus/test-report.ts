import { relative } from 'node:path';

export interface TestFailure {
  /** The file, as far as it is known, and the names of groups and test. */
  readonly name: string;
  /** From the directory that the tests run in. */
  readonly file?: string;
  /** The first line of why. */
  readonly message?: string | undefined;
}

/** In place of the name of a test, when a file could not be loaded or a hook of it failed. */
const WHOLE_FILE = 'the file as a whole';

export function wholeFile(file: string): string {
  return `${file} > ${WHOLE_FILE}`;
}

export interface TestReport {
  readonly passed: number | undefined;
  readonly failed: number | undefined;
  readonly failures: readonly TestFailure[];
}

/** A runner that writes what happened into a file. */
interface Reporter {
  /** Arguments of the runner. */
  readonly args: (file: string) => string;
  readonly read: (text: string, directory: string) => TestReport;
}

const REPORTERS: Readonly<Record<string, Reporter>> = {
  vitest: { args: (file) => `--reporter=json --outputFile=${file}`, read: readJest },
  jest: { args: (file) => `--json --outputFile=${file}`, read: readJest },
  mocha: { args: (file) => `--reporter json --reporter-option output=${file}`, read: readMocha },
};

/** The reporter of the runner that a script ends with: what is appended to the script reaches only that one. */
export function findReporter(script: string): Reporter | undefined {
  const last = script.split(/&&|;/).at(-1)?.trim() ?? '';
  const [, runner = ''] = LAST_COMMAND.exec(last) ?? [];
  return REPORTERS[runner];
}

/** After variables and whatever starts a tool of the project. */
const LAST_COMMAND =
  /^(?:\w+=(?:'[^']*'|"[^"]*"|\S*)\s+)*(?:npx\s+|bunx\s+|(?:pnpm|npm|yarn)\s+exec\s+(?:--\s+)?)?([\w-]+)/;

/** The JSON of Jest, which Vitest writes as well. */
interface JestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message?: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages?: readonly string[] | null;
    }[];
  }[];
}

function readJest(text: string, directory: string): TestReport {
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(text) as JestReport;
  const failures = testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(directory, name);
    const failed = assertionResults.filter((result) => result.status === 'failed');
    if (failed.length === 0 && status === 'failed') return [failureOf(file, WHOLE_FILE, message, directory)];
    return failed.map(({ fullName, failureMessages }) =>
      failureOf(file, fullName, failureMessages?.[0], directory),
    );
  });
  return { passed: numPassedTests, failed: numFailedTests, failures };
}

interface MochaReport {
  readonly stats: { readonly passes: number; readonly failures: number };
  readonly failures: readonly {
    readonly fullTitle: string;
    readonly file?: string;
    readonly err?: { readonly message?: string };
  }[];
}

function readMocha(text: string, directory: string): TestReport {
  const { stats, failures } = JSON.parse(text) as MochaReport;
  return {
    passed: stats.passes,
    failed: stats.failures,
    failures: failures.map(({ fullTitle, file, err }) =>
      failureOf(
        file === undefined ? undefined : relative(directory, file),
        fullTitle,
        err?.message,
        directory,
      ),
    ),
  };
}

function failureOf(
  file: string | undefined,
  title: string,
  message: string | undefined,
  directory: string,
): TestFailure {
  const name = (file === undefined ? title : `${file} > ${title}`).replaceAll(directory, '.');
  return {
    name,
    ...(file === undefined ? {} : { file }),
    message: reasonIn(stripColor(message ?? '').replaceAll(directory, '.')),
  };
}

/** The first line below Jest's heading. */
function reasonIn(message: string): string | undefined {
  const lines = message.split('\n').map((line) => line.trim());
  return lines.find((line) => line !== '' && !line.startsWith('● '))?.slice(0, 300);
}

/** What runners print for people: Vitest, Jest, node:test (TAP and spec), Bun and Mocha are understood. */
export function readPrinted(output: string, directory: string): TestReport {
  const text = stripColor(output);
  const names = [...new Map(namesOf(text).map((failure) => [failure.name, failure])).values()];
  const failures = names.map(({ file, name }) => failureOf(file, name, undefined, directory));
  return { passed: sumOf(text, PASSED), failed: sumOf(text, FAILED), failures };
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
  /^\s*FAIL\s+(.+?)(?:\s+\[.*\])?$/,
  /^\s*● (?!Console)(.+)$/,
  /^\(fail\) (.+?)(?: \[[\d.]+m?s\])?$/,
  /^\s*not ok \d+ - (.+?)(?: # .*)?$/,
  /^\s*✖ (?!failing tests)(.+?)(?: \([\d.]+ms\))?$/,
];

/** Bun says the file once, before its tests. */
const FILE_HEADING = /^(\S+\.[cm]?[jt]sx?):$/;

function namesOf(text: string): { readonly name: string; readonly file: string | undefined }[] {
  let file: string | undefined;
  return text.split('\n').flatMap((line) => {
    file = FILE_HEADING.exec(line)?.[1] ?? file;
    const matches = FAILURE_NAMES.map((pattern) => pattern.exec(line)?.[1]?.trim());
    const name = matches.find((match) => match !== undefined);
    return name === undefined ? [] : [{ name, file: line.startsWith('(fail)') ? file : undefined }];
  });
}

function sumOf(text: string, patterns: readonly RegExp[]): number | undefined {
  const counts = patterns.flatMap((pattern) => [...text.matchAll(pattern)].map(([, count]) => Number(count)));
  return counts.length === 0 ? undefined : counts.reduce((sum, count) => sum + count, 0);
}

function stripColor(text: string): string {
  // oxlint-disable-next-line no-control-regex -- terminal colours begin with ESC
  return text.replaceAll(/\u001b\[[\d;]*[A-Za-z]/g, '');
}
