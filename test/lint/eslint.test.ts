import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import parser from '@typescript-eslint/parser';
import { ESLint } from 'eslint';
import { ESLint as ESLint9 } from 'eslint9';
import { expect, test } from 'vitest';

import { configs, rules } from '../../plugin/eslint/eslint-plugin.ts';
import { lintRules } from '../../lint/rules.ts';
import { createProject, linkPackages } from '../codemods/project/temporary-project.ts';
import { runCli } from '../cli/run-cli.ts';

const fixtures = fileURLToPath(new URL('../../fixtures/check', import.meta.url));
const TSCONFIG = JSON.stringify({
  compilerOptions: {
    strict: true,
    module: 'nodenext',
    types: ['node'],
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    noEmit: true,
  },
});

function createServer(names: readonly string[]): string {
  const files = names.map(
    (name) => [`src/${name}/input.ts`, readFileSync(join(fixtures, name, 'input.ts'), 'utf8')] as const,
  );
  const dir = createProject({
    'package.json': '{"type":"module"}\n',
    'tsconfig.json': TSCONFIG,
    'src/support.ts': readFileSync(join(fixtures, 'support.ts'), 'utf8'),
    ...Object.fromEntries(files),
  });
  linkPackages(dir, {
    '@modelcontextprotocol': '@modelcontextprotocol',
    '@types/node': '@types/node',
    zod: 'zod',
    typescript: 'typescript',
  });
  return dir;
}

function createLinter(Linter: typeof ESLint, cwd: string, fix = false): ESLint {
  const config = { ...configs.recommended, files: ['**/*.ts'], languageOptions: { parser } };
  return new Linter({ cwd, fix, overrideConfigFile: true, overrideConfig: [config] });
}

const names = [...lintRules.map(({ name }) => name), 'idle-suppression'].filter(
  (name) => name !== 'secret-in-state',
);

async function find(linter: ESLint, dir: string): Promise<readonly string[]> {
  const results = await linter.lintFiles(['src']);
  return results.flatMap(({ filePath, messages }) =>
    messages.map(
      ({ line, column, ruleId }) =>
        `${filePath.slice(dir.length + 1)}:${line}:${column} ${ruleId?.replace('mrtr/', '')}`,
    ),
  );
}

test('ESLint 10 finds what `mrtr check` finds, at the same places', async () => {
  const dir = createServer(names);
  const found = await find(createLinter(ESLint, dir), dir);
  const { stdout } = await runCli(['check', dir, '--no-verify', '--json']);
  const report = JSON.parse(stdout) as {
    diagnostics: readonly {
      slug: string;
      span: { file: string; startPosition: { line: number; column: number } };
    }[];
  };
  const expected = report.diagnostics.map(
    ({ slug, span }) => `${span.file}:${span.startPosition.line}:${span.startPosition.column} ${slug}`,
  );
  expect(found.toSorted()).toEqual(expected.toSorted());
  expect(new Set(expected.map((line) => line.split(' ')[1]))).toEqual(new Set(names));
});

test('ESLint 9 runs the same rules', async () => {
  const dir = createServer(['plain-request-state']);
  const found = await find(createLinter(ESLint9, dir), dir);
  expect(found.map((line) => line.split(' ')[1])).toEqual(
    Array.from({ length: 3 }, () => 'plain-request-state'),
  );
});

test('--fix writes what `mrtr check --fix` writes', async () => {
  const dir = createServer(['unvalidated-answer']);
  const linter = createLinter(ESLint, dir, true);
  await ESLint.outputFixes(await linter.lintFiles(['src']));
  expect(readFileSync(join(dir, 'src/unvalidated-answer/input.ts'), 'utf8')).toBe(
    readFileSync(join(fixtures, 'unvalidated-answer/fixed.ts'), 'utf8'),
  );
});

test('what an editor shows counts, not what is on disk', async () => {
  const dir = createServer(['plain-request-state']);
  const linter = createLinter(ESLint, dir);
  const filePath = join(dir, 'src/plain-request-state/input.ts');
  const text = readFileSync(filePath, 'utf8');
  const lint = async (shown: string): Promise<number> =>
    (await linter.lintText(shown, { filePath }))[0]?.messages.length ?? -1;
  expect(await lint(text)).toBe(3);
  expect(await lint(text.replace("requestState: 'step-two' ", ''))).toBe(2);
  writeFileSync(filePath, 'export {};\n');
  expect(await lint(text)).toBe(3);
});

test('every rule is in the recommended configuration', () => {
  expect(Object.keys(configs.recommended.rules ?? {})).toEqual(
    Object.keys(rules).map((name) => `mrtr/${name}`),
  );
});
