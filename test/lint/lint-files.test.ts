import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

import { globSync } from 'tinyglobby';
import { Project } from 'ts-morph';
import { describe, expect, test } from 'vitest';

import { applyEdits } from '../../codemods/edits.ts';
import { catalog } from '../../diagnostics/catalog.gen.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { ts } from '../../engine/syntax/ts.ts';
import { lintFiles } from '../../lint/lint-files.ts';
import { lintRules } from '../../lint/rules.ts';

/**
 * A fixture is a folder below fixtures/check/ with an `input.ts`. `expected.txt` is what is reported, `fixed.ts` the input
 * after the fixes (absent when there is none). `UPDATE=1` writes both.
 */
const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(root, 'fixtures/check');
const inputs = globSync('*/input.ts', { cwd: folder }).sort();
const update = process.env['UPDATE'] === '1';

function load(paths: readonly string[]): { files: readonly ts.SourceFile[]; checker: ts.TypeChecker } {
  const project = new Project({
    tsConfigFilePath: join(root, 'tsconfig.json'),
    skipAddingFilesFromTsConfig: true,
  });
  project.addSourceFilesAtPaths([...paths]);
  project.resolveSourceFileDependencies();
  const program = project.getProgram().compilerObject;
  const files = paths.map((path) => {
    const file = program.getSourceFile(path);
    if (file === undefined) throw new Error(`${path} is not part of the program`);
    return file;
  });
  return { files, checker: program.getTypeChecker() };
}

/** What the codemod prints, and the examples. */
const correct = globSync(
  [
    'fixtures/handlers/**/expected.ts',
    'fixtures/servers/*/expected/**/*.ts',
    'fixtures/resumable/**/*.ts',
    'examples/**/*.ts',
  ],
  { cwd: root, absolute: true, ignore: ['**/node_modules/**', '**/dist/**'] },
);
const fixedInputs = globSync('*/fixed.ts', { cwd: folder, absolute: true });
const paths = inputs.map((input) => join(folder, input));
const { files, checker } = load([...paths, ...fixedInputs, ...correct]);

function filesOf(names: readonly string[]): readonly ts.SourceFile[] {
  return files.filter(({ fileName }) => names.includes(fileName));
}

function describeFinding(file: ts.SourceFile, { code, title, span, related, fix }: Diagnostic): string {
  const line = (start: number): number => file.getLineAndCharacterOfPosition(start).line + 1;
  const others = related.map((other) => `  ${line(other.span.start)} ${other.label}`);
  return [
    `${line(span?.start ?? 0)} ${code} ${title}`,
    ...others,
    ...(fix ? [`  fix: ${fix.title}`] : []),
  ].join('\n');
}

function readExpected(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

describe.each(inputs)('%s', (input) => {
  const [file] = filesOf([join(folder, input)]);
  if (file === undefined) throw new Error(input);
  const findings = lintFiles([file], checker);

  test('reports what is expected, and fixes it', () => {
    const report = findings.map((finding) => `${describeFinding(file, finding)}\n`).join('');
    const fixed = applyEdits(
      file.text,
      findings.flatMap(({ fix }) => fix?.edits ?? []),
    );
    const expected = join(folder, dirname(input), 'expected.txt');
    const expectedFix = join(folder, dirname(input), 'fixed.ts');
    if (update) {
      writeFileSync(expected, report);
      if (fixed !== file.text) writeFileSync(expectedFix, fixed);
    }
    expect(report).toBe(readExpected(expected));
    expect(fixed).toBe(readExpected(expectedFix) ?? file.text);
  });

  test('finds the mistake its folder is named after', () => {
    expect(findings.map(({ slug }) => slug)).toContain(dirname(input));
  });
});

test('every rule has a fixture and a page of its name', () => {
  const folders = inputs.map((input) => dirname(input)).filter((name) => name !== 'idle-suppression');
  expect(lintRules.map(({ name }) => name)).toEqual(folders);
  const slugs = new Set(Object.values(catalog).map(({ slug }) => slug as string));
  expect(lintRules.filter(({ name }) => !slugs.has(name))).toEqual([]);
});

test('a fix leaves nothing to fix', () => {
  const again = lintFiles(filesOf(fixedInputs), checker).filter(({ fix }) => fix !== undefined);
  expect(fixedInputs.length).toBeGreaterThan(0);
  expect(again).toEqual([]);
});

/** After the user has been at a URL the handler begins again, as it did when the client called again. */
const REPEATS = 'fixtures/handlers/urls/required/expected.ts MRTR3003';

test('nothing is found in what the codemod prints, nor in the examples', () => {
  const found = lintFiles(filesOf(correct), checker).map(
    ({ code, title, span }) => `${relative(root, span?.file ?? '')} ${code} ${title}`,
  );
  expect(correct.length).toBeGreaterThan(80);
  expect(found.filter((finding) => !finding.startsWith(REPEATS))).toEqual([]);
});
