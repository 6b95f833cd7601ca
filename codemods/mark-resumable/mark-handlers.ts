import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { compile } from '../../engine/compiled/compile.ts';
import { findHandlerRoots } from '../../engine/find/find-handler-roots.ts';
import {
  findResumableFunctions,
  isMarked,
  type ResumableSite,
} from '../../engine/find/find-resumable-functions.ts';
import { ts } from '../../engine/syntax/ts.ts';
import type { HandlersRewrite, ProjectFacts } from '../await-to-mrtr/file-output.ts';
import { SourceText } from '../await-to-mrtr/source-text.ts';
import { applyEdits, originalOffset, type FileRewrite, type TextEdit } from '../edits.ts';
import { mergeImports } from '../imports.ts';
import type { MigratedSite } from '../project/migration.ts';
import { markFunctions } from './mark-functions.ts';

/** Marks the resumable functions of a source unit, file by file. */
export class HandlerMarker {
  readonly #checker: ts.TypeChecker;
  readonly #sites: readonly ResumableSite[];

  /** @param leaves tells the handlers that must stay as they are */
  constructor(
    files: readonly ts.SourceFile[],
    checker: ts.TypeChecker,
    leaves: NonNullable<ProjectFacts['leaves']>,
  ) {
    this.#checker = checker;
    const roots = files.flatMap((file) => findHandlerRoots(file, checker));
    const left = new Set<ts.Node>(roots.flatMap((root) => (leaves(root) === undefined ? [] : [root.fn])));
    this.#sites = findResumableFunctions(files, checker).filter(({ fn }) => !isMarked(fn) && !left.has(fn));
  }

  /**
   * Marks what `rewritten` left: its result together with the marks. A function that cannot be compiled is not marked,
   * and reported.
   */
  complete(file: ts.SourceFile, rewritten: HandlersRewrite): HandlersRewrite {
    const done = new Set<ts.Node>([...rewritten.migrated.map(({ fn }) => fn), ...(rewritten.helpers ?? [])]);
    const sites = this.#sites.filter(({ fn }) => fn.getSourceFile() === file && !done.has(fn));
    const { marks, marked, diagnostics } = this.#markCompilable(file, sites);
    const roots = findHandlerRoots(file, this.#checker).filter(({ fn }) => marked.has(fn));
    return {
      edits: [...rewritten.edits, ...marks.edits],
      imports: [...rewritten.imports, ...marks.imports],
      diagnostics: [...rewritten.diagnostics.filter(({ span }) => !isWithin(span, sites)), ...diagnostics],
      sites: [
        ...rewritten.sites.filter(({ outcome }) => outcome !== 'diagnosed'),
        ...sites.map((site) => this.#siteOf(file, site, marked.has(site.fn))),
      ],
      migrated: [...rewritten.migrated, ...roots],
      dropped: rewritten.dropped,
    };
  }

  #markCompilable(
    file: ts.SourceFile,
    sites: readonly ResumableSite[],
  ): { marks: FileRewrite; marked: ReadonlySet<ts.Node>; diagnostics: readonly Diagnostic[] } {
    const first = markFunctions(file, sites, this.#checker);
    const refused = diagnosticsOf(file, first);
    const kept = sites.filter(({ fn }) => !refused.some(({ span }) => isWithin(span, [{ fn }])));
    const marks = refused.length === 0 ? first : markFunctions(file, kept, this.#checker);
    const isMarkable = ({ fn }: ResumableSite): boolean =>
      !marks.diagnostics.some(({ span }) => isWithin(span, [{ fn }]));
    const marked = new Set<ts.Node>(kept.filter(isMarkable).map(({ fn }) => fn));
    return { marks, marked, diagnostics: [...marks.diagnostics, ...refused] };
  }

  #siteOf(file: ts.SourceFile, { fn, asks }: ResumableSite, isMarked: boolean): MigratedSite {
    const root = findHandlerRoots(file, this.#checker).find((candidate) => candidate.fn === fn);
    const { line } = file.getLineAndCharacterOfPosition((root?.registration ?? fn).getStart());
    return {
      file: file.fileName,
      line: line + 1,
      handler: root?.name ?? nameOf(fn),
      asks: asks.length,
      outcome: isMarked ? 'compiled' : 'diagnosed',
    };
  }
}

/** What the compiler says to the marked file, at the places of the unmarked one. */
function diagnosticsOf(file: ts.SourceFile, { edits, imports }: FileRewrite): readonly Diagnostic[] {
  const all: readonly TextEdit[] = [...edits, ...mergeImports(file, imports, new SourceText(file))];
  const { diagnostics } = compile(applyEdits(file.text, all), { filename: file.fileName });
  return diagnostics.map((diagnostic) => {
    const { span } = diagnostic;
    if (span === undefined) return diagnostic;
    const start = originalOffset(all, span.start);
    return { ...diagnostic, span: { ...span, start, end: originalOffset(all, span.end) } };
  });
}

function isWithin(span: Diagnostic['span'], sites: readonly Pick<ResumableSite, 'fn'>[]): boolean {
  return span !== undefined && sites.some(({ fn }) => fn.getStart() <= span.start && span.end <= fn.end);
}

function nameOf(fn: ResumableSite['fn']): string {
  const named = fn.name ?? (ts.isVariableDeclaration(fn.parent) ? fn.parent.name : undefined);
  return named?.getText() ?? 'a function without a name';
}
