import { basename } from 'node:path';

import { Project } from 'ts-morph';

import { migrateUnit } from '../../codemods/migrate-unit.ts';
import type { SourceUnit } from '../../codemods/project/find-source-units.ts';
import { loadUnit } from '../../codemods/project/load-candidates.ts';
import type { MigrationResult } from '../../codemods/project/migration.ts';
import { diag } from '../../diagnostics/catalog.gen.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { compile } from '../../engine/compiled/compile.ts';
import { ts } from '../../engine/syntax/ts.ts';
import type { AnalysedHandler, Analysis, Finding, Form, SourceText } from './analysis.ts';
import { originalOffsets } from './original-offsets.ts';
import { describeTypeError, findTypeErrors, hasSyntaxErrors } from './type-check.ts';

/** The one file of the project; what the migration adds stands beside it. */
const SOURCE = 'server.ts';
const DIRECTORY = '/project';

const OPTIONS: ts.CompilerOptions = {
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  target: ts.ScriptTarget.ES2023,
  lib: ['lib.es2023.d.ts', 'lib.webworker.d.ts'],
  strict: true,
  skipLibCheck: true,
  types: ['host'],
};

/** Migrates and compiles one source text after the other, with what the CLI runs, on a file system in memory. */
export class Analyser {
  readonly #project = new Project({ compilerOptions: OPTIONS, useInMemoryFileSystem: true });

  /** @param types the declarations of the packages that a server imports, by absolute path */
  constructor(types: Readonly<Record<string, string>>) {
    const disk = this.#project.getFileSystem();
    for (const [path, text] of Object.entries(types)) disk.writeFileSync(path, text);
  }

  analyse(source: string): Analysis {
    const start = performance.now();
    const native = [{ name: SOURCE, text: source }];
    const unit = this.#write(DIRECTORY, native);
    const program = this.#load(unit);
    const errors = findTypeErrors(program, pathIn(unit));
    const findings = errors.map((error) => describeTypeError(error, 'native'));
    if (hasSyntaxErrors(program, pathIn(unit))) {
      const texts = { native, readable: native, compiled: native };
      return { findings, handlers: [], texts, modules: undefined, milliseconds: performance.now() - start };
    }
    // What looks at the same text comes first, so that its types are found once.
    const migrated = this.#migrate(source, 'readable');
    const compiled = this.#compile(source);
    const readable = this.#verify(migrated, source, errors);
    const texts = { native, readable: readable.texts, compiled: compiled.texts };
    return {
      findings: [...findings, ...readable.findings, ...compiled.findings],
      handlers: readable.handlers,
      texts,
      modules: mapForms(texts, toModule),
      milliseconds: performance.now() - start,
    };
  }

  /** As `mrtr migrate` does: a rewrite with errors that the source does not have is refused. */
  #verify(
    { files, sites, diagnostics }: MigrationResult,
    source: string,
    errors: readonly ts.Diagnostic[],
  ): Rewritten {
    const texts = textsOf(files, source);
    const refusals = files.size === 0 ? [] : this.#findRefusals(texts, errors);
    const isRefused = refusals.length > 0;
    return {
      texts: isRefused ? textsOf(new Map(), source) : texts,
      findings: [...diagnostics, ...refusals].map((one) => describe(one, 'readable')),
      handlers: sites.map(({ handler, line, asks, outcome, flow }) => ({
        name: handler,
        line,
        asks,
        outcome: isRefused ? 'diagnosed' : outcome,
        ...(flow === undefined || isRefused ? {} : { flow }),
      })),
    };
  }

  #findRefusals(texts: readonly SourceText[], before: readonly ts.Diagnostic[]): readonly Diagnostic[] {
    const known = new Set(before.map((error) => keyOf(error)));
    const unit = this.#write('/migrated', texts);
    const errors = findTypeErrors(this.#load(unit), pathIn(unit));
    this.#write('/migrated', []);
    return errors
      .filter((error) => !known.has(keyOf(error)))
      .map((error) => diag.rewriteDoesNotTypeCheck(undefined, { what: SOURCE, message: keyOf(error) }));
  }

  #compile(source: string): Omit<Rewritten, 'handlers'> {
    const { files, diagnostics } = this.#migrate(source, 'compiled');
    const marked = textsOf(files, source);
    const findings = diagnostics.map((one) => describe(one, 'compiled'));
    const texts = marked.map(({ name, text }) => {
      if (name !== SOURCE) return { name, text };
      const { code, diagnostics: refused, notes } = compile(text, { filename: name });
      const offsetOf = originalOffsets(source, text);
      findings.push(...[...refused, ...notes].map((one) => describe(one, 'compiled', offsetOf)));
      return { name, text: code };
    });
    return { texts, findings };
  }

  #migrate(source: string, form: 'readable' | 'compiled'): MigrationResult {
    // Once more, since a migration may leave its own text in the project.
    const unit = this.#write(DIRECTORY, [{ name: SOURCE, text: source }]);
    const project = this.#project;
    return migrateUnit(unit, DIRECTORY, { dir: DIRECTORY, codec: 'mrtr', form, project });
  }

  /** Makes texts the files of a directory; what is the same as before stays what it is, with what is known of it. */
  #write(directory: string, texts: readonly SourceText[]): SourceUnit {
    const byPath = new Map(texts.map(({ name, text }) => [`${directory}/${name}`, text]));
    for (const file of this.#project.getDirectory(directory)?.getSourceFiles() ?? [])
      if (byPath.get(file.getFilePath()) !== file.getFullText()) file.forget();
    const disk = this.#project.getFileSystem();
    for (const [path, text] of byPath) disk.writeFileSync(path, text);
    return { tsConfigPath: undefined, options: OPTIONS, files: [...byPath.keys()], adopted: [] };
  }

  #load(unit: SourceUnit): ts.Program {
    const { project, names } = loadUnit(unit, { project: this.#project });
    return project.createProgram(names);
  }
}

interface Rewritten {
  readonly texts: readonly SourceText[];
  readonly findings: readonly Finding[];
  readonly handlers: readonly AnalysedHandler[];
}

function pathIn({ files }: SourceUnit): string {
  return files[0] ?? SOURCE;
}

/** The files after a migration, the source first. */
function textsOf(files: MigrationResult['files'], source: string): readonly SourceText[] {
  const after = [...files].map(([path, file]) => ({ name: basename(path), text: file.after }));
  const changed = after.find(({ name }) => name === SOURCE) ?? { name: SOURCE, text: source };
  return [changed, ...after.filter(({ name }) => name !== SOURCE)];
}

function mapForms(
  texts: Readonly<Record<Form, readonly SourceText[]>>,
  map: (text: SourceText) => SourceText,
): Record<Form, readonly SourceText[]> {
  const { native, readable, compiled } = texts;
  return { native: native.map(map), readable: readable.map(map), compiled: compiled.map(map) };
}

function toModule({ name, text }: SourceText): SourceText {
  const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 };
  const { outputText } = ts.transpileModule(text, { compilerOptions, fileName: name });
  return { name: name.replace(/\.ts$/, '.js'), text: outputText };
}

function keyOf({ code, messageText }: ts.Diagnostic): string {
  return `TS${code}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
}

function describe(
  { code, severity, title, notes, help, span }: Diagnostic,
  form: Form,
  offsetOf = (offset: number): number => offset,
): Finding {
  const place = span === undefined ? {} : { start: offsetOf(span.start), end: offsetOf(span.end) };
  return { code, severity, form, ...place, title, remarks: [...notes, help] };
}
