import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { runTests } from '../../scripts/corpus/run-tests.ts';

const directory = mkdtempSync(join(tmpdir(), 'mrtr-corpus-'));
const bounds = { cwd: directory, env: process.env, seconds: 60 };

function script(name: string, text: string): string {
  const file = join(directory, name);
  writeFileSync(file, text);
  return file;
}

test.each(['tap', 'spec'])('node:test, %s reporter', async (reporter) => {
  const file = script(
    'some.test.mjs',
    `import test from 'node:test';
     test('works', () => {});
     test('breaks', () => { throw new Error('no'); });`,
  );
  const run = await runTests(`node --test --test-reporter=${reporter} ${file}`, bounds);
  expect(run).toMatchObject({ status: 'failures', passed: 1, failed: 1 });
  expect(run.failures).toContain('breaks');
});

/** What the runners print, for those that are not installed here. */
const SUMMARIES = {
  vitest: [' FAIL  test/a.test.ts > group > name', '      Tests  1 failed | 4 passed (5)'],
  jest: ['  ● group › name', 'Tests:       1 failed, 4 passed, 5 total'],
  bun: ['(fail) group > name [1.20ms]', ' 4 pass', ' 1 fail'],
};

test.each(Object.entries(SUMMARIES))('%s', async (runner, lines) => {
  const file = script(`${runner}.txt`, `${lines.join('\n')}\n`);
  const run = await runTests(`cat ${file}; exit 1`, bounds);
  expect(run).toMatchObject({ status: 'failures', passed: 4, failed: 1 });
  expect(run.failures).toEqual([expect.stringMatching(/^(test\/a\.test\.ts > )?group [›>] name$/)]);
});

test('a command that fails without naming a test is told apart', async () => {
  expect(await runTests('exit 1', bounds)).toMatchObject({ status: 'unread', failed: undefined });
  expect(await runTests('exit 0', bounds)).toMatchObject({ status: 'passed' });
});
