import { ts } from '../syntax/ts.ts';
import { findAsks } from './find-asks.ts';
import { findHandlerRoots } from './find-handler-roots.ts';
import { followCalls } from './followed-calls.ts';
import { isHelperFunction } from './helper-shape.ts';
import { implementedMembers, memberOfLiteral } from './implemented-members.ts';
import { looseMember, mayInvoke, type LooseMember } from './loose-member.ts';
import { followKept } from './kept-callbacks.ts';
import {
  enclosingFunctions,
  isAwaited,
  isCallback,
  isMarked,
  returnsPromise,
  suspendedFunction,
  type ResumableFunction,
} from './suspended-function.ts';
import { resolveAlias } from '../syntax/resolve-alias.ts';

/** A function that asks, or calls one that does. */
export interface ResumableSite {
  readonly fn: ResumableFunction;
  /** The asks written in it, nested callbacks included. */
  readonly asks: readonly ts.CallExpression[];
  readonly isRoot: boolean;
  /** The calls in it that end a round: its asks, and the calls of other resumable functions. */
  readonly calls: readonly ts.CallExpression[];
}

/**
 * Finds the resumable functions of a program: the handlers and helpers that contain a suspension point, through any
 * number of calls, across files, and behind interfaces and base classes whose members they implement.
 */
export function findResumableFunctions(
  files: readonly ts.SourceFile[],
  checker: ts.TypeChecker,
): readonly ResumableSite[] {
  return findSuspensions(files, checker).functions;
}

/** The resumable functions of a program, and the calls of them that no function can wait for from round to round. */
export interface ProgramSuspensions {
  readonly functions: readonly ResumableSite[];
  readonly stranded: readonly ts.CallExpression[];
}

/** @param asks the calls that functions are suspended by, in place of all asks of the files */
export function findSuspensions(
  files: readonly ts.SourceFile[],
  checker: ts.TypeChecker,
  asks = files.flatMap((file) => findAsks(file, checker)).map(({ call }) => call),
): ProgramSuspensions {
  const roots = new Set<ts.Node>(
    files.flatMap((file) => findHandlerRoots(file, checker).map(({ fn }) => fn)),
  );
  const calls = files.flatMap((file) => collectCalls(file, checker));
  const asksOf = new Map<ResumableFunction, ts.CallExpression[]>();
  const suspensions = new Map<ResumableFunction, Set<ts.CallExpression>>();
  const found = new Set<ResumableFunction>();
  const reached = new Set<ts.Symbol>();
  const declared = new Set<ts.Node>();
  const loose = new Set<LooseMember>();
  const stranded = new Set<ts.CallExpression>();
  const reach = (fn: ResumableFunction): void => {
    for (const member of [fn, ...implementedMembers(fn, checker)]) declared.add(member);
    for (const symbol of symbolsOf(fn, checker)) reached.add(symbol);
    const member = looseMember(fn, checker);
    if (member !== undefined) loose.add(member);
  };
  const suspend = (fn: ResumableFunction, at?: ts.CallExpression): void => {
    const known = suspensions.get(fn) ?? new Set();
    suspensions.set(fn, at === undefined ? known : known.add(at));
    if (found.has(fn)) return;
    found.add(fn);
    reach(fn);
  };
  const seen = new Set<ts.Node>();
  /** @param given what asks: the call, or the name of a function that is handed to it */
  const add = (at: ts.CallExpression, given: ts.Node = at): ResumableFunction | undefined => {
    const fn = suspendedFunction(at, roots, checker);
    if (fn !== undefined) {
      suspend(fn, at);
      // A function within a handler is part of it, and may be called from elsewhere.
      for (const inner of enclosingFunctions(at)) {
        if (inner === fn) break;
        if (!isCallback(inner)) reach(inner);
      }
    }
    if (fn === undefined || seen.has(given)) return fn;
    seen.add(given);
    for (const wrapper of followCalls(given, checker)) {
      if (isHelperFunction(wrapper.fn) && returnsPromise(wrapper.fn, checker)) suspend(wrapper.fn);
      for (const call of wrapper.calls) add(call);
    }
    if (isCallback(fn)) for (const call of followKept(fn, checker).calls) add(call);
    return fn;
  };
  for (const call of asks) {
    const fn = add(call);
    if (fn !== undefined) asksOf.set(fn, [...(asksOf.get(fn) ?? []), call]);
  }
  for (let before = -1; before !== declared.size + loose.size;) {
    before = declared.size + loose.size;
    for (const { node, target, declaration, given } of calls) {
      const isReached = target !== undefined && reached.has(target);
      const isCalled = isReached || (declaration !== undefined && declared.has(declaration));
      if (isCalled && add(node) === undefined) stranded.add(node);
      // What is only possible strands nothing.
      else if (!isCalled && [...loose].some((member) => mayInvoke(node, member, checker))) add(node);
      for (const { name, symbol } of given) {
        if (!reached.has(symbol)) continue;
        if (isAwaited(node)) add(node, name);
        for (const call of followKept(name, checker).calls) add(call);
      }
    }
  }
  const functions = [...found].map((fn) => ({
    fn,
    asks: asksOf.get(fn) ?? [],
    isRoot: roots.has(fn),
    calls: [...(suspensions.get(fn) ?? [])],
  }));
  return { functions, stranded: [...stranded] };
}

interface Call {
  readonly node: ts.CallExpression;
  /** What the callee's name stands for. */
  readonly target: ts.Symbol | undefined;
  /** What is called by its type: the closure that a factory returned, the member of an interface, a function type. */
  readonly declaration: ts.Node | undefined;
  /** The names among its arguments, such as `confirm` in `items.map(confirm)`. */
  readonly given: readonly { readonly name: ts.Identifier; readonly symbol: ts.Symbol }[];
}

function collectCalls(file: ts.SourceFile, checker: ts.TypeChecker): Call[] {
  const calls: Call[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const declaration = checker.getResolvedSignature(node)?.declaration;
      calls.push({
        node,
        target: symbolOf(node.expression, checker),
        declaration,
        given: node.arguments.filter(ts.isIdentifier).flatMap((name) => {
          const symbol = symbolOf(name, checker);
          return symbol === undefined ? [] : [{ name, symbol }];
        }),
      });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return calls;
}

/** The function's own symbol and those of the members it implements or overrides. */
function symbolsOf(fn: ResumableFunction, checker: ts.TypeChecker): readonly ts.Symbol[] {
  const named = nameOf(fn);
  const own = named === undefined ? undefined : checker.getSymbolAtLocation(named);
  if (own === undefined) return [];
  const literal = literalOf(fn);
  if (literal !== undefined) {
    const members = memberOfLiteral(literal, own.name, checker).flatMap(memberSymbol(checker));
    return [own, ...members];
  }
  const holder = ts.findAncestor(fn, ts.isClassLike);
  if (holder === undefined || holder !== (ts.isMethodDeclaration(fn) ? fn.parent : fn.parent.parent))
    return [own];
  const bases = holder.heritageClauses?.flatMap(({ types }) => types) ?? [];
  const inherited = bases.map((base) => checker.getTypeAtLocation(base).getProperty(own.name));
  return [own, ...inherited.filter((symbol) => symbol !== undefined)];
}

/** The object literal that a function is a member of. */
function literalOf(fn: ResumableFunction): ts.ObjectLiteralExpression | undefined {
  const { parent } = isMarked(fn) && !ts.isMethodDeclaration(fn) ? fn.parent : fn;
  if (ts.isObjectLiteralExpression(parent)) return parent;
  return ts.isPropertyAssignment(parent) ? parent.parent : undefined;
}

/** The symbol of the member that a type declares by this signature. */
function memberSymbol(checker: ts.TypeChecker): (declaration: ts.SignatureDeclaration) => ts.Symbol[] {
  return (declaration) => {
    const name = declaration.name ?? (declaration.parent as ts.NamedDeclaration).name;
    const symbol = name && checker.getSymbolAtLocation(name);
    return symbol === undefined ? [] : [symbol];
  };
}

function nameOf(fn: ResumableFunction): ts.Node | undefined {
  if (fn.name !== undefined) return fn.name;
  const { parent } = isMarked(fn) ? fn.parent : fn;
  const isNamed =
    ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent) || ts.isPropertyDeclaration(parent);
  return isNamed ? parent.name : undefined;
}

function symbolOf(callee: ts.Expression, checker: ts.TypeChecker): ts.Symbol | undefined {
  const named = ts.isPropertyAccessExpression(callee) ? callee.name : callee;
  const symbol = checker.getSymbolAtLocation(named);
  return symbol && resolveAlias(symbol, checker);
}
