import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { Project } from 'ts-morph';

import { SourceText } from '../../codemods/await-to-mrtr/source-text.ts';
import { applyEdits } from '../../codemods/edits.ts';
import { mergeImports } from '../../codemods/imports.ts';
import { markFunctions } from '../../codemods/mark-resumable/mark-functions.ts';
import { wireStateCodec } from '../../codemods/state-codec/wire-state-codec.ts';
import { compile } from '../../engine/compiled/compile.ts';
import { findResumableFunctions } from '../../engine/find/find-resumable-functions.ts';
import type { ts } from '../../engine/syntax/ts.ts';
import type { FixtureModule } from './record-fixture.ts';

const repository = fileURLToPath(new URL('../../', import.meta.url));
const root = join(repository, 'fixtures/handlers');

/** Marks, compiles and loads fixtures, which share one program. */
export class CompiledFixtures {
  readonly #program: ts.Program;

  constructor(names: readonly string[]) {
    const project = new Project({
      tsConfigFilePath: join(repository, 'tsconfig.json'),
      skipAddingFilesFromTsConfig: true,
    });
    project.addSourceFilesAtPaths(names.map((name) => join(root, name, 'input*.ts')));
    project.resolveSourceFileDependencies();
    this.#program = project.getProgram().compilerObject;
  }

  /**
   * Compiles a fixture and loads it, from a folder (ignored by git) that is as deep as the fixture's own.
   * @throws {Error} with the titles of the diagnostics when something is not compiled.
   */
  async load(name: string): Promise<FixtureModule> {
    const folder = join(root, '.work', name.replaceAll('/', '-'));
    mkdirSync(folder, { recursive: true });
    for (const [file, text] of this.#markAll(name)) {
      const { code, diagnostics } = compile(text, { filename: `${name}/${file}` });
      if (diagnostics.length > 0) throw new Error(diagnostics.map(({ title }) => title).join('\n'));
      writeFileSync(join(folder, compiledName(file)), code.replaceAll('./input-', './compiled-'));
    }
    return (await import(pathToFileURL(join(folder, 'compiled.ts')).href)) as FixtureModule;
  }

  /** The files of a fixture with their functions marked and the servers protected; nothing else is changed. */
  #markAll(name: string): Map<string, string> {
    const start = join(root, name, 'input');
    const files = this.#program.getSourceFiles().filter(({ fileName }) => fileName.startsWith(start));
    if (files.length === 0) throw new Error(`${name} is not part of the program`);
    const checker = this.#program.getTypeChecker();
    const sites = findResumableFunctions(files, checker);
    return new Map(
      files.map((file) => {
        const own = sites.filter(({ fn }) => fn.getSourceFile() === file);
        const marking = markFunctions(file, own, checker);
        const wiring = wireStateCodec(file, { checker, requestStateModule: '../../request-state.ts' });
        const imports = mergeImports(file, [...marking.imports, ...wiring.imports], new SourceText(file));
        const text = applyEdits(file.text, [...marking.edits, ...wiring.edits, ...imports]);
        return [basename(file.fileName), text] as const;
      }),
    );
  }
}

function compiledName(file: string): string {
  return file.replace('input', 'compiled');
}

/** Compiles all files of a fixture that marks its functions itself, and loads its server. */
export function loadResumable(folder: string): Promise<FixtureModule> {
  const texts = readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), 'utf8')] as const);
  return loadCompiledTexts(basename(folder), Object.fromEntries(texts));
}

/**
 * Compiles source texts and loads `server.ts` of them, from a folder (ignored by git) beside the fixtures.
 * @param moduleFolder the folder by which compiled functions are named, for builds of the same files.
 * @throws {Error} with the titles of the diagnostics when something is not compiled.
 */
export async function loadCompiledTexts(
  name: string,
  texts: Readonly<Record<string, string>>,
  moduleFolder = name,
): Promise<FixtureModule> {
  const target = join(repository, 'fixtures/.work', name);
  mkdirSync(target, { recursive: true });
  for (const [file, text] of Object.entries(texts)) {
    const { code, diagnostics } = compile(text, { filename: `${moduleFolder}/${file}` });
    if (diagnostics.length > 0) throw new Error(diagnostics.map(({ title }) => title).join('\n'));
    writeFileSync(join(target, file), code);
  }
  return (await import(pathToFileURL(join(target, 'server.ts')).href)) as FixtureModule;
}
