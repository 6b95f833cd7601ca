import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

import { glob } from 'tinyglobby';
import { Project } from 'ts-morph';
import { beforeAll, describe, expect, test } from 'vitest';

import { rewriteFiles } from '../../codemods/await-to-mrtr/rewrite-files.ts';
import { SourceText } from '../../codemods/await-to-mrtr/source-text.ts';
import { applyEdits } from '../../codemods/edits.ts';
import type { ts } from '../../engine/syntax/ts.ts';
import { mergeImports } from '../../codemods/imports.ts';
import { moduleSpecifier } from '../../codemods/module-specifier.ts';
import { wireStateCodec } from '../../codemods/state-codec/wire-state-codec.ts';

/**
 * A fixture is a folder below fixtures/handlers/ with an `input.ts`. `expected.ts` is what the rewrite prints (absent when
 * nothing is rewritten) and `expected.txt` what it reports. `UPDATE=1` writes both.
 */
const root = fileURLToPath(new URL('../../fixtures/handlers', import.meta.url));
const inputs = (await glob('**/input.ts', { cwd: root })).sort();
const requestStateModule = '../../request-state.ts';
const update = process.env['UPDATE'] === '1';

let program: ts.Program;
let options: ts.CompilerOptions;

beforeAll(() => {
  const project = new Project({
    tsConfigFilePath: fileURLToPath(new URL('../../tsconfig.json', import.meta.url)),
    skipAddingFilesFromTsConfig: true,
  });
  project.addSourceFilesAtPaths(inputs.map((input) => join(root, input)));
  project.resolveSourceFileDependencies();
  program = project.getProgram().compilerObject;
  options = project.getCompilerOptions();
});

interface Rewritten {
  readonly text: string;
  readonly report: string;
}

function rewrite(file: ts.SourceFile, checked: ts.Program): Rewritten {
  const checker = checked.getTypeChecker();
  const facts = {
    checker,
    checksIndexedAccess: true,
    moduleSpecifier: (target: string) => moduleSpecifier(file, target, options),
    requestStateModule,
  };
  const result = rewriteFiles(
    [file],
    checker,
    () => facts,
    () => false,
  ).get(file);
  if (result === undefined) throw new Error('the file was not rewritten');
  const wiring =
    result.migrated.length === 0
      ? { edits: [], imports: [] }
      : wireStateCodec(file, { checker, requestStateModule });
  const imports = mergeImports(file, [...result.imports, ...wiring.imports], new SourceText(file));
  const edits = [...result.edits, ...wiring.edits, ...imports];
  const sites = result.sites.map(
    (site) => `${site.line} ${site.handler}: ${site.asks} ask(s), ${site.outcome}`,
  );
  const diagnostics = result.diagnostics.map((diagnostic) => {
    const { line } = file.getLineAndCharacterOfPosition(diagnostic.span?.start ?? 0);
    return `${line + 1} ${diagnostic.code} ${diagnostic.title}`;
  });
  return { text: applyEdits(file.text, edits), report: [...sites, ...diagnostics, ''].join('\n') };
}

function readExpected(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

describe.each(inputs)('%s', (input) => {
  const folder = join(root, dirname(input));

  test('prints what is expected, and reports it', () => {
    const file = program.getSourceFile(join(root, input));
    if (file === undefined) throw new Error(`${input} is not part of the program`);
    const { text, report } = rewrite(file, program);
    const expected = join(folder, 'expected.ts');
    if (update) {
      if (text !== file.text) writeFileSync(expected, text);
      writeFileSync(join(folder, 'expected.txt'), report);
    }
    expect(report).toBe(readExpected(join(folder, 'expected.txt')));
    expect(text).toBe(readExpected(expected) ?? file.text);
  });
});

test('a second run changes nothing', () => {
  const rewritten = inputs
    .map((input) => join(root, dirname(input), 'expected.ts'))
    .filter((path) => existsSync(path));
  const project = new Project({
    tsConfigFilePath: fileURLToPath(new URL('../../tsconfig.json', import.meta.url)),
    skipAddingFilesFromTsConfig: true,
  });
  project.addSourceFilesAtPaths(rewritten);
  project.resolveSourceFileDependencies();
  const second = project.getProgram().compilerObject;
  for (const path of rewritten) {
    const file = second.getSourceFile(path);
    if (file === undefined) throw new Error(`${path} is not part of the program`);
    const again = rewrite(file, second);
    expect(again.text, relative(root, path)).toBe(file.text);
    if (!path.includes('refused')) expect(again.report, relative(root, path)).toBe('');
  }
});
