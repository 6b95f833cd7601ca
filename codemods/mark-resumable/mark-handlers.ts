import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { compile } from '../../engine/compiled/compile.ts';
import { findAsks, type AskSite } from '../../engine/find/find-asks.ts';
import { findHandlerRoots, type HandlerRoot } from '../../engine/find/find-handler-roots.ts';
import { findSuspensions, type ResumableSite } from '../../engine/find/find-resumable-functions.ts';
import { isDetached, isListener, isMarked } from '../../engine/find/suspended-function.ts';
import { contains } from '../../engine/plan/build-flow-tree.ts';
import { ts } from '../../engine/syntax/ts.ts';
import { enclosingFunction, enclosingFunctionName } from '../await-to-mrtr/enclosing-function.ts';
import type { HandlersRewrite, ProjectFacts } from '../await-to-mrtr/file-output.ts';
import { diagnoseOutside } from '../await-to-mrtr/place-of.ts';
import { SourceText } from '../await-to-mrtr/source-text.ts';
import { applyEdits, originalOffset, type FileRewrite, type TextEdit } from '../edits.ts';
import { mergeImports } from '../imports.ts';
import { isExported } from '../project/asking-exports.ts';
import type { MigratedSite } from '../project/migration.ts';
import { markFunctions } from './mark-functions.ts';

/** Marks the resumable functions of a source unit, file by file. */
export class HandlerMarker {
  readonly #files: readonly ts.SourceFile[];
  readonly #checker: ts.TypeChecker;
  readonly #functions: readonly ResumableSite[];
  readonly #left: ReadonlySet<ts.Node>;
  readonly #stranded: readonly ts.CallExpression[];
  readonly #marked = new Set<ts.Node>();

  /**
   * @param leaves tells the handlers that must stay as they are
   * @param imported the calls that ask through functions which another project compiles
   */
  constructor(
    files: readonly ts.SourceFile[],
    checker: ts.TypeChecker,
    leaves: NonNullable<ProjectFacts['leaves']>,
    imported: readonly ts.CallExpression[] = [],
  ) {
    this.#files = files;
    this.#checker = checker;
    const roots = files.flatMap((file) => findHandlerRoots(file, checker));
    this.#left = new Set(roots.flatMap((root) => (leaves(root) === undefined ? [] : [root.fn])));
    const asks = files.flatMap((file) => findAsks(file, checker)).map(({ call }) => call);
    const { functions, stranded } = findSuspensions(files, checker, [...asks, ...imported]);
    this.#functions = functions;
    this.#stranded = stranded.filter((call) => isInLostCallback(call, checker));
  }

  /** The functions that `complete` has marked so far. */
  get marked(): ReadonlySet<ts.Node> {
    return this.#marked;
  }

  /** Whether all functions that wait for the call are marked, now or before, up to a handler or to what others import. */
  isFollowed(call: ts.CallExpression): boolean {
    const { functions } = findSuspensions(this.#files, this.#checker, [call]);
    return (
      functions.every(({ fn }) => this.#marked.has(fn) || isMarked(fn)) &&
      functions.some(({ fn, isRoot }) => isRoot || isExported(fn, this.#checker))
    );
  }

  /**
   * Marks what `rewritten` left: its result together with the marks. A function that cannot be compiled is not marked,
   * and reported.
   */
  complete(file: ts.SourceFile, rewritten: HandlersRewrite): HandlersRewrite {
    const done = new Set<ts.Node>([...rewritten.migrated.map(({ fn }) => fn), ...(rewritten.helpers ?? [])]);
    const functions = this.#functions.filter(({ fn }) => fn.getSourceFile() === file);
    const sites = functions.filter(({ fn }) => !done.has(fn) && !isMarked(fn) && !this.#left.has(fn));
    const { marks, marked, diagnostics } = this.#markCompilable(file, sites);
    for (const fn of marked) this.#marked.add(fn);
    const roots = findHandlerRoots(file, this.#checker);
    const left = this.#leftAsks(file, [...done, ...functions.map(({ fn }) => fn)], rewritten.diagnostics);
    return {
      edits: [...rewritten.edits, ...marks.edits],
      imports: [...rewritten.imports, ...marks.imports],
      diagnostics: [
        ...rewritten.diagnostics.filter(({ span }) => !isWithin(span, sites)),
        ...diagnostics,
        ...left.map(diagnoseOutside),
      ],
      sites: [
        ...rewritten.sites.filter(({ outcome }) => outcome !== 'diagnosed'),
        ...sites.map((site) => siteOf(file, site, roots, marked)),
        ...left.map(({ call }) => ({
          file: file.fileName,
          line: lineOf(file, call),
          handler: enclosingFunctionName(call),
          asks: 1,
          outcome: 'diagnosed' as const,
        })),
      ],
      migrated: [...rewritten.migrated, ...roots.filter(({ fn }) => marked.has(fn))],
      dropped: rewritten.dropped,
    };
  }

  #markCompilable(
    file: ts.SourceFile,
    sites: readonly ResumableSite[],
  ): { marks: FileRewrite; marked: ReadonlySet<ts.Node>; diagnostics: readonly Diagnostic[] } {
    const first = markFunctions(file, sites, this.#checker);
    const { refused, notes } = compileMarked(file, first);
    const kept = sites.filter(({ fn }) => !refused.some(({ span }) => isWithin(span, [{ fn }])));
    const marks = refused.length === 0 ? first : markFunctions(file, kept, this.#checker);
    const isMarkable = ({ fn }: ResumableSite): boolean =>
      !marks.diagnostics.some(({ span }) => isWithin(span, [{ fn }]));
    const marked = new Set<ts.Node>(kept.filter(isMarkable).map(({ fn }) => fn));
    const remarks = notes.filter(({ span }) => isWithin(span, kept));
    return { marks, marked, diagnostics: [...marks.diagnostics, ...refused, ...remarks] };
  }

  /** The asks that no request of a client can end a round for, and of which nothing was said yet. */
  #leftAsks(
    file: ts.SourceFile,
    functions: readonly ts.Node[],
    said: readonly Diagnostic[],
  ): readonly LeftAsk[] {
    const stranded = this.#stranded.filter((call) => call.getSourceFile() === file);
    const asks: readonly LeftAsk[] = [
      ...findAsks(file, this.#checker),
      ...stranded.map((call) => ({ call })),
    ];
    return asks.filter(({ call }) => {
      const around = enclosingFunction(call) ?? call;
      const isSaid = said.some(({ span }) => span && around.pos <= span.start && span.end <= around.end);
      return !isSaid && !functions.some((fn) => contains(fn, call));
    });
  }
}

type LeftAsk = Pick<AskSite, 'call' | 'isUntyped'>;

/**
 * A callback that the project's own code calls, or that is kept for later (timers, listeners, `onclose = …`); what a test does with a
 * function that asks is no handler.
 */
function isInLostCallback(call: ts.CallExpression, checker: ts.TypeChecker): boolean {
  const callback = enclosingFunction(call);
  if (callback === undefined || TESTS.test(call.getSourceFile().fileName)) return false;
  if (isListener(callback)) return true;
  if (!ts.isCallExpression(callback.parent)) return false;
  const taker = checker.getResolvedSignature(callback.parent)?.declaration?.getSourceFile().fileName;
  const isOwn = taker !== undefined && !/[\\/]node_modules[\\/]/.test(taker);
  return isOwn || isDetached(callback);
}

const TESTS = /\.(?:test|spec)\.[cm]?[jt]sx?$|[\\/]__tests__[\\/]/;

function siteOf(
  file: ts.SourceFile,
  { fn, asks }: ResumableSite,
  roots: readonly HandlerRoot[],
  marked: ReadonlySet<ts.Node>,
): MigratedSite {
  const root = roots.find((candidate) => candidate.fn === fn);
  return {
    file: file.fileName,
    line: lineOf(file, root?.registration ?? fn),
    handler: root?.name ?? nameOf(fn),
    asks: asks.length,
    outcome: marked.has(fn) ? 'compiled' : 'diagnosed',
  };
}

function lineOf(file: ts.SourceFile, node: ts.Node): number {
  return file.getLineAndCharacterOfPosition(node.getStart()).line + 1;
}

/** What the compiler says to the marked file, at the places of the unmarked one. */
function compileMarked(
  file: ts.SourceFile,
  { edits, imports }: FileRewrite,
): Record<'refused' | 'notes', readonly Diagnostic[]> {
  const all: readonly TextEdit[] = [...edits, ...mergeImports(file, imports, new SourceText(file))];
  const { diagnostics, notes } = compile(applyEdits(file.text, all), { filename: file.fileName });
  const relocate = (diagnostic: Diagnostic): Diagnostic => {
    const { span } = diagnostic;
    if (span === undefined) return diagnostic;
    const start = originalOffset(all, span.start);
    return { ...diagnostic, span: { ...span, start, end: originalOffset(all, span.end) } };
  };
  return { refused: diagnostics.map(relocate), notes: notes.map(relocate) };
}

function isWithin(span: Diagnostic['span'], sites: readonly Pick<ResumableSite, 'fn'>[]): boolean {
  return span !== undefined && sites.some(({ fn }) => fn.getStart() <= span.start && span.end <= fn.end);
}

function nameOf(fn: ResumableSite['fn']): string {
  const named = fn.name ?? (ts.isVariableDeclaration(fn.parent) ? fn.parent.name : undefined);
  return named?.getText() ?? 'a function without a name';
}
