import { findAsks } from '../../../engine/find/find-asks.ts';
import { findResumableFunctions } from '../../../engine/find/find-resumable-functions.ts';
import type { ResumableFunction } from '../../../engine/find/suspended-function.ts';
import { ts } from '../../../engine/syntax/ts.ts';
import { MovedText, type Piece } from '../../server-entry/moved-text.ts';
import { freshName, PRINTED_NAMES, variableNamesOf } from '../fresh-names.ts';
import { SourceText } from '../source-text.ts';
import { NotSimplified, type SimplifyContext } from './simplify-context.ts';
import { simplifyStatements } from './simplify-function.ts';
import { Suspensions } from './suspensions.ts';
import { TextBuilder, type Part } from './text-builder.ts';
import { valueInto } from './value-into.ts';
import { isAsyncFunction } from '../../../engine/syntax/is-async-function.ts';

/** A function that was put in simpler words, in the original and in the new text. */
export interface SimplifiedRegion {
  readonly from: number;
  readonly to: number;
  readonly start: number;
  readonly end: number;
}

export interface SimplifiedFile {
  readonly moved: MovedText;
  readonly regions: readonly SimplifiedRegion[];
}

/**
 * Rewrites functions that suspend in the midst of statements into ones that suspend between statements: operands and
 * conditions become variables, `switch` becomes `if`, chains of promises become `await`. The same happens in the same
 * order; what has no simpler form stays as it is.
 * @returns the files that change
 */
export function simplifyFiles(
  files: readonly ts.SourceFile[],
  checker: ts.TypeChecker,
): ReadonlyMap<ts.SourceFile, SimplifiedFile> {
  const sites = findResumableFunctions(files, checker);
  const suspensions = new Suspensions(new Set<ts.Node>(sites.flatMap(({ calls }) => calls)));
  const simplified = new Map<ts.SourceFile, SimplifiedFile>();
  for (const file of files) {
    const own = sites.filter(({ fn }) => fn.getSourceFile() === file).map(({ fn }) => fn);
    const asks = new Set<ts.Node>(own.length === 0 ? [] : findAsks(file, checker).map(({ call }) => call));
    const isHelperCall = (call: ts.Node): boolean => suspensions.isCall(call) && !asks.has(call);
    const found =
      own.length === 0 ? undefined : simplifyFile(file, own, { suspensions, checker, isHelperCall });
    if (found !== undefined) simplified.set(file, found);
  }
  return simplified;
}

function simplifyFile(
  file: ts.SourceFile,
  functions: readonly ResumableFunction[],
  facts: Pick<SimplifyContext, 'suspensions' | 'checker' | 'isHelperCall'>,
): SimplifiedFile | undefined {
  const source = new SourceText(file);
  const replaced = new Map<ts.Node, Part>();
  const insertions = new Set<ts.Node>();
  for (const fn of functions) {
    const reserved = new Set([...variableNamesOf(fn), ...PRINTED_NAMES, 'ctx', 'round', 'state']);
    const fresh = (base: string): string => freshName(base, reserved);
    const simpler = simplerFunction(fn, {
      ...facts,
      fresh,
      isFree: (name) => !reserved.has(name),
      isTyped: source.isTyped,
    });
    if (simpler === undefined) continue;
    for (const [node, part] of simpler.replaced) replaced.set(node, part);
    if (simpler.becomesAsync) insertions.add(fn);
    if (losesComments(fn, new TextBuilder(file, simpler.replaced, source), source)) {
      for (const node of simpler.replaced.keys()) replaced.delete(node);
      insertions.delete(fn);
    }
  }
  if (replaced.size === 0) return undefined;
  const changed = functions.filter((fn) => [...replaced.keys()].some((node) => isWithin(node, fn)));
  const outermost = changed.filter((fn) => !changed.some((other) => other !== fn && isWithin(fn, other)));
  return assemble(file, outermost, insertions, new TextBuilder(file, replaced, source), source);
}

function assemble(
  file: ts.SourceFile,
  functions: readonly ts.Node[],
  insertions: ReadonlySet<ts.Node>,
  builder: TextBuilder,
  source: SourceText,
): SimplifiedFile {
  const pieces: Piece[] = [];
  const regions: SimplifiedRegion[] = [];
  let at = 0;
  let length = 0;
  const add = (added: readonly Piece[]): void => {
    pieces.push(...added);
    for (const piece of added) length += 'text' in piece ? piece.text.length : piece.to - piece.from;
  };
  for (const fn of [...functions].sort((a, b) => a.pos - b.pos)) {
    const from = fn.getStart(file);
    add([{ from: at, to: from }]);
    const start = length;
    const asyncAt = insertions.has(fn) ? keywordPlace(fn as ResumableFunction, file) : undefined;
    const built = builder.build(fn, source.indentOf(fn));
    add(asyncAt === undefined ? built : insertAt(built, asyncAt));
    regions.push({ from, to: fn.end, start, end: length });
    at = fn.end;
  }
  add([{ from: at, to: file.text.length }]);
  return { moved: new MovedText(file.text, pieces), regions };
}

/** `async ` in front of a place of the original. */
function insertAt(pieces: readonly Piece[], place: number): Piece[] {
  return pieces.flatMap((piece): Piece[] => {
    if ('text' in piece || place < piece.from || place >= piece.to) return [piece];
    const before = place > piece.from ? [{ from: piece.from, to: place }] : [];
    return [...before, { text: 'async ' }, { from: place, to: piece.to }];
  });
}

/** Where `async` belongs: behind the other modifiers. */
function keywordPlace(fn: ResumableFunction, file: ts.SourceFile): number {
  const last = fn.modifiers?.at(-1);
  if (last === undefined) return fn.getStart(file);
  return last.end + (/^\s*/.exec(file.text.slice(last.end))?.[0].length ?? 0);
}

interface SimplerFunction {
  readonly replaced: ReadonlyMap<ts.Node, Part>;
  readonly becomesAsync: boolean;
}

function simplerFunction(fn: ResumableFunction, context: SimplifyContext): SimplerFunction | undefined {
  const { body } = fn;
  if (body === undefined || fn.asteriskToken !== undefined) return undefined;
  const isAsync = isAsyncFunction(fn);
  if (!isAsync && !returnsItsSuspensions(fn, context)) return undefined;
  const replaced = ts.isBlock(body) ? simplifyStatements(body, context) : expressionBody(body, context);
  return replaced.size === 0 ? undefined : { replaced, becomesAsync: !isAsync };
}

function expressionBody(body: ts.Expression, context: SimplifyContext): ReadonlyMap<ts.Node, Part> {
  if (!context.suspensions.isIn(body)) return new Map();
  try {
    const block = valueInto(body, (value) => ['return ', value, ';'], context, {
      returns: true,
      mayAwait: true,
    });
    return new Map([[body, { block }]]);
  } catch (error) {
    if (error instanceof NotSimplified) return new Map();
    throw error;
  }
}

/** A function that is not `async` but returns a promise in each of its `return`s may as well wait for it. */
function returnsItsSuspensions(fn: ResumableFunction, { suspensions, checker }: SimplifyContext): boolean {
  const signature = checker.getSignatureFromDeclaration(fn);
  const type = signature && checker.getReturnTypeOfSignature(signature);
  if (type === undefined || (!type.isUnion() && type.symbol?.name !== 'Promise')) return false;
  if (type.isUnion() && type.types.some(({ symbol }) => symbol?.name !== 'Promise')) return false;
  if (fn.body !== undefined && !ts.isBlock(fn.body)) return true;
  let isReturned = true;
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) || ts.isReturnStatement(node)) return;
    if (suspensions.isCall(node)) isReturned = false;
    ts.forEachChild(node, visit);
  };
  fn.body?.statements.forEach((statement) => visit(statement));
  return isReturned;
}

function isWithin(node: ts.Node, outer: ts.Node): boolean {
  return node.pos >= outer.pos && node.end <= outer.end;
}

/** A comment that has no place in the simpler form would not come back. */
function losesComments(fn: ts.Node, builder: TextBuilder, source: SourceText): boolean {
  const file = fn.getSourceFile();
  const pieces = builder.build(fn, source.indentOf(fn));
  const after = new MovedText(file.text, pieces).text;
  const count = (text: string): number => commentsOf(text).length;
  return count(after) < count(file.text.slice(fn.getStart(file), fn.end));
}

function commentsOf(text: string): number[] {
  const scanner = ts.createScanner(ts.ScriptTarget.ESNext, false, ts.LanguageVariant.Standard, text);
  const found: number[] = [];
  for (let kind = scanner.scan(); kind !== ts.SyntaxKind.EndOfFileToken; kind = scanner.scan())
    if (kind === ts.SyntaxKind.SingleLineCommentTrivia || kind === ts.SyntaxKind.MultiLineCommentTrivia)
      found.push(scanner.getTokenStart());
  return found;
}
