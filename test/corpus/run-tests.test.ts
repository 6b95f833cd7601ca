import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import {
  eitherRun,
  inBoth,
  newFailures,
  NO_TESTS,
  runTests,
  type TestRun,
} from '../../scripts/corpus/run-tests.ts';
import { findReporter } from '../../scripts/corpus/test-report.ts';

const directory = mkdtempSync(join(tmpdir(), 'mrtr-corpus-'));
const bounds = { cwd: directory, env: process.env, seconds: 60 };
const reportFile = join(directory, 'report.json');

function script(name: string, text: string): string {
  const file = join(directory, name);
  writeFileSync(file, text);
  return file;
}

function run(line: string): Promise<TestRun> {
  return runTests({ line, script: line, separator: '' }, reportFile, bounds);
}

function namesOf({ failures }: TestRun): string[] {
  return failures.map(({ name }) => name);
}

test('node:test, whatever its default reporter is: nested tests by name', async () => {
  const file = script(
    'some.test.mjs',
    `import test from 'node:test';
     test('works', () => {});
     test('group', (t) => t.test('breaks', () => { throw new Error('no'); }));`,
  );
  const result = await run(`node --test ${file}`);
  expect(result).toMatchObject({ status: 'failures', passed: 1 });
  expect(namesOf(result)).toContain('breaks');
});

/** What the runners print, for those that are not installed here or write no report. */
const SUMMARIES = {
  vitest: [' FAIL  test/a.test.ts > group > name', '      Tests  1 failed | 4 passed (5)'],
  jest: ['  ● group › name', 'Tests:       1 failed, 4 passed, 5 total'],
  bun: ['test/a.test.ts:', '(fail) group > name [1.20ms]', ' 4 pass', ' 1 fail'],
  spec: ['✖ group > name (1.5ms)', 'ℹ pass 4', 'ℹ fail 1', '✖ failing tests:'],
};

test.each(Object.entries(SUMMARIES))('the output of %s', async (runner, lines) => {
  const file = script(`${runner}.txt`, `${lines.join('\n')}\n`);
  const result = await run(`cat ${file}; exit 1`);
  expect(result).toMatchObject({ status: 'failures', passed: 4, failed: 1 });
  expect(namesOf(result)).toEqual([expect.stringMatching(/^(test\/a\.test\.ts > )?group [›>] name$/)]);
});

test.each([
  ['vitest', 'vitest run'],
  ['vitest', 'npm run lint && vitest'],
  ['vitest', 'pnpm exec vitest run'],
  ['jest', "NODE_OPTIONS='--experimental-vm-modules --x' jest"],
  ['mocha', 'npx mocha test/*.ts'],
])('%s is asked for its JSON in `%s`', (runner, line) => {
  const expected = { vitest: '--reporter=json', jest: '--json', mocha: '--reporter json' }[runner];
  expect(findReporter(line)?.args('f')).toContain(expected);
});

test.each(['node test/vitest-like.js', 'vitest run && node after.js', 'bun test', ''])(
  'no report is asked for in `%s`',
  (line) => {
    expect(findReporter(line)).toBeUndefined();
  },
);

test('Vitest itself: failures by file and test, and files that do not load', async () => {
  script('a.test.js', `import { expect, test } from 'vitest'; test('fails', () => expect(1).toBe(2));`);
  script('b.test.js', `import './missing.js';`);
  const vitest = join(import.meta.dirname, '../../node_modules/vitest/vitest.mjs');
  const line = `node ${vitest} run --root ${directory} a.test.js b.test.js`;
  const result = await runTests({ line, script: 'vitest run', separator: '' }, reportFile, bounds);
  expect(result).toMatchObject({ status: 'failures', passed: 0, failed: 1, command: line });
  expect(result.failures).toMatchObject([
    { name: 'a.test.js > fails', file: 'a.test.js', message: expect.stringContaining('expected 1 to be 2') },
    { name: 'b.test.js > the file as a whole', message: expect.stringContaining('missing.js') },
  ]);
});

test('a command that fails without naming a test is told apart', async () => {
  expect(await run('echo reason; exit 1')).toMatchObject({ status: 'unread', output: 'reason\n' });
  expect(await run('exit 0')).toMatchObject({ status: 'passed' });
  expect(existsSync(reportFile)).toBe(false);
});

function ran(part: Partial<TestRun>): TestRun {
  return { ...NO_TESTS, status: 'passed', ...part };
}

test('new failures: by name; else a run that no longer works, or tests that are gone', () => {
  const known = ran({ status: 'failures', passed: 5, failures: [{ name: 'old' }] });
  const both = ran({ status: 'failures', passed: 4, failures: [{ name: 'old' }, { name: 'new' }] });
  expect(newFailures(known, both)).toEqual([{ name: 'new' }]);
  expect(newFailures(known, known)).toEqual([]);
  expect(newFailures(known, { ...known, passed: 3 })).toEqual([{ name: '2 tests that passed' }]);
  expect(newFailures(known, ran({ status: 'unread', output: 'a\nwhy\n' }))).toEqual([
    { name: 'the whole run (unread)', message: 'why' },
  ]);
});

test('what fails now and then is known before, and not new after', () => {
  const [a, b] = ['a', 'b'].map((name) => ran({ status: 'failures', failures: [{ name }] })) as [
    TestRun,
    TestRun,
  ];
  expect(namesOf(eitherRun(a, b))).toEqual(['a', 'b']);
  expect(inBoth(a.failures, b.failures)).toEqual([]);
});
