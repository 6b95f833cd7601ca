import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

import { glob } from 'tinyglobby';
import { Project } from 'ts-morph';
import { beforeAll, describe, expect, test } from 'vitest';

import type { HandlersRewrite, ProjectFacts } from '../../codemods/await-to-mrtr/file-output.ts';
import { rewriteFiles } from '../../codemods/await-to-mrtr/rewrite-files.ts';
import { SourceText } from '../../codemods/await-to-mrtr/source-text.ts';
import { applyEdits } from '../../codemods/edits.ts';
import type { ts } from '../../engine/syntax/ts.ts';
import { mergeImports } from '../../codemods/imports.ts';
import { moduleSpecifier } from '../../codemods/module-specifier.ts';
import { wireStateCodec } from '../../codemods/state-codec/wire-state-codec.ts';

/**
 * A fixture is a folder below fixtures/handlers/ with an `input.ts` and the modules it needs (`input-prompts.ts`).
 * `expected.ts` is what the rewrite prints (absent when nothing is rewritten; it imports `expected-prompts.ts`) and
 * `expected.txt` what it reports. `UPDATE=1` writes them.
 */
const root = fileURLToPath(new URL('../../fixtures/handlers', import.meta.url));
const folders = (await glob('**/input.ts', { cwd: root })).map((input) => dirname(input)).sort();
const requestStateModule = '../../request-state.ts';
const update = process.env['UPDATE'] === '1';

let program: ts.Program;
let options: ts.CompilerOptions;

function load(paths: readonly string[]): Project {
  const project = new Project({
    tsConfigFilePath: fileURLToPath(new URL('../../tsconfig.json', import.meta.url)),
    skipAddingFilesFromTsConfig: true,
  });
  project.addSourceFilesAtPaths([...paths]);
  project.resolveSourceFileDependencies();
  return project;
}

beforeAll(() => {
  const project = load(folders.map((folder) => join(root, folder, 'input*.ts')));
  program = project.getProgram().compilerObject;
  options = project.getCompilerOptions();
});

interface Rewritten {
  /** By the names of the files. */
  readonly texts: ReadonlyMap<string, string>;
  readonly report: string;
}

function rewrite(files: readonly ts.SourceFile[], checked: ts.Program): Rewritten {
  const checker = checked.getTypeChecker();
  const factsOf = (file: ts.SourceFile): ProjectFacts => ({
    checker,
    checksIndexedAccess: true,
    moduleSpecifier: (target: string) => moduleSpecifier(file, target, options),
    requestStateModule,
  });
  const results = rewriteFiles(files, checked, factsOf, () => false);
  const isMigrating = [...results.values()].some(({ migrated }) => migrated.length > 0);
  const texts = new Map<string, string>();
  const reports: string[] = [];
  for (const [file, result] of results) {
    const wiring = isMigrating
      ? wireStateCodec(file, { checker, requestStateModule })
      : { edits: [], imports: [] };
    const imports = mergeImports(file, [...result.imports, ...wiring.imports], new SourceText(file));
    const text = applyEdits(file.text, [...result.edits, ...wiring.edits, ...imports]);
    if (text !== file.text) texts.set(basename(file.fileName), text.replaceAll('./input-', './expected-'));
    reports.push(reportOf(file, result));
  }
  return { texts, report: reports.join('') };
}

function reportOf(file: ts.SourceFile, { sites, diagnostics }: HandlersRewrite): string {
  const name = basename(file.fileName);
  const lines = [
    ...sites.map((site) => `${site.line} ${site.handler}: ${site.asks} ask(s), ${site.outcome}`),
    ...diagnostics.map(({ span, code, title }) => {
      const { line } = file.getLineAndCharacterOfPosition(span?.start ?? 0);
      return `${line + 1} ${code} ${title}`;
    }),
  ];
  const prefix = /^(input|expected)\.ts$/.test(name) ? '' : `${name} `;
  return lines.map((line) => `${prefix}${line}\n`).join('');
}

function readExpected(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

function filesOf(folder: string, kind: 'input' | 'expected', of: ts.Program): ts.SourceFile[] {
  const start = join(root, folder, kind);
  const files = of.getSourceFiles().filter(({ fileName }) => fileName.startsWith(start));
  return [...files].sort((a, b) => (a.fileName < b.fileName ? 1 : -1));
}

describe.each(folders)('%s', (folder) => {
  test('prints what is expected, and reports it', () => {
    const files = filesOf(folder, 'input', program);
    const { texts, report } = rewrite(files, program);
    const place = (name: string): string => join(root, folder, name);
    const expectedOf = (name: string): string => place(name.replace('input', 'expected'));
    if (update) {
      for (const file of files) {
        const name = basename(file.fileName);
        rmSync(expectedOf(name), { force: true });
        const isPart = texts.size > 0 && name !== 'input.ts';
        const text = texts.get(name) ?? (isPart ? file.text : undefined);
        if (text !== undefined) writeFileSync(expectedOf(name), text);
      }
      writeFileSync(place('expected.txt'), report);
    }
    expect(report).toBe(readExpected(place('expected.txt')) ?? '');
    for (const file of files) {
      const name = basename(file.fileName);
      const expected = readExpected(expectedOf(name));
      expect(texts.get(name) ?? file.text, name).toBe(expected ?? file.text);
    }
  });
});

test('a second run changes nothing', () => {
  const rewritten = folders.filter((folder) => existsSync(join(root, folder, 'expected.ts')));
  const second = load(rewritten.map((folder) => join(root, folder, 'expected*.ts'))).getProgram()
    .compilerObject;
  for (const folder of rewritten) {
    const again = rewrite(filesOf(folder, 'expected', second), second);
    expect([...again.texts.keys()], folder).toEqual([]);
    if (!folder.startsWith('refused')) expect(again.report, relative(root, folder)).toBe('');
  }
});
