import { ts } from '../syntax/ts.ts';
import { findAsks } from './find-asks.ts';
import { findHandlerRoots } from './find-handler-roots.ts';
import { followCalls } from './followed-calls.ts';
import { implementedMembers, memberOfLiteral } from './implemented-members.ts';
import { markedMethods } from './marked-methods.ts';
import { resolveAlias } from '../syntax/resolve-alias.ts';
import { isAsyncFunction } from '../syntax/is-async-function.ts';

export type ResumableFunction =
  ts.ArrowFunction | ts.FunctionExpression | ts.FunctionDeclaration | ts.MethodDeclaration;

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
  const stranded = new Set<ts.CallExpression>();
  const reach = (fn: ResumableFunction): void => {
    for (const member of [fn, ...implementedMembers(fn, checker)]) declared.add(member);
    for (const symbol of symbolsOf(fn, checker)) reached.add(symbol);
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
      if (isResumableSyntax(wrapper.fn) && returnsPromise(wrapper.fn, checker)) suspend(wrapper.fn);
      for (const call of wrapper.calls) add(call);
    }
    return fn;
  };
  for (const call of asks) {
    const fn = add(call);
    if (fn !== undefined) asksOf.set(fn, [...(asksOf.get(fn) ?? []), call]);
  }
  for (let before = -1; before !== declared.size;) {
    before = declared.size;
    for (const { node, target, declaration, given } of calls) {
      const isReached = target !== undefined && reached.has(target);
      const isCalled = isReached || (declaration !== undefined && declared.has(declaration));
      if (isCalled && add(node) === undefined) stranded.add(node);
      for (const { name, symbol } of given) if (reached.has(symbol) && isAwaited(node)) add(node, name);
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

/**
 * The function that is suspended by something at `at`: the handler it is in; else the function around it, looking
 * through callbacks (`items.map(async (item) => …)`), which belong to the function that passes them.
 */
function suspendedFunction(
  at: ts.Node,
  roots: ReadonlySet<ts.Node>,
  checker: ts.TypeChecker,
): ResumableFunction | undefined {
  const enclosing = enclosingFunctions(at);
  const root = enclosing.find((fn) => roots.has(fn));
  if (root !== undefined) return root;
  const owner = enclosing.find((fn) => !isCallback(fn) || isDetached(fn));
  if (owner === undefined || isCallback(owner) || isListener(owner)) return undefined;
  const handed = enclosing.slice(0, enclosing.indexOf(owner)).map(({ parent }) => parent);
  // What a function without types returns may be a promise, but hardly of a callback that it does not wait for.
  if (returnsUnknown(owner, checker) && !handed.every(isAwaited)) return undefined;
  return returnsPromise(owner, checker) ? owner : undefined;
}

/** True for a call whose result, or what is made of it, the function around it waits for. */
function isAwaited(call: ts.Node): boolean {
  const around = ts.findAncestor(
    call.parent,
    (node) => ts.isAwaitExpression(node) || ts.isReturnStatement(node) || ts.isFunctionLike(node),
  );
  if (around === undefined || !ts.isFunctionLike(around)) return around !== undefined;
  return ts.isArrowFunction(around) && !ts.isBlock(around.body);
}

/** Functions that keep a callback for later: nobody waits for what it returns. */
const KEEPERS =
  /^(?:register(?:Tool|Prompt|Resource)|addTool|set(?:RequestHandler|NotificationHandler|Timeout|Interval|Immediate)|queueMicrotask|nextTick|addEventListener|addListener|on|once)$/;

/** True for a callback that is not run for the function that passes it, so that only it would be suspended. */
export function isDetached({ parent }: ts.Node): boolean {
  if (!ts.isCallExpression(parent)) return false;
  const { expression } = parent;
  const name = ts.isPropertyAccessExpression(expression) ? expression.name : expression;
  return KEEPERS.test(name.getText());
}

/** `server.oninitialized = async () => …`. */
function isListener({ parent }: ResumableFunction): boolean {
  return (
    ts.isBinaryExpression(parent) &&
    ts.isPropertyAccessExpression(parent.left) &&
    /^on[a-z]/.test(parent.left.name.text)
  );
}

function returnsPromise(fn: ResumableFunction, checker: ts.TypeChecker): boolean {
  if (isAsyncFunction(fn)) return true;
  const type = returnTypeOf(fn, checker);
  return type !== undefined && (checker.getAwaitedType(type) !== type || isAny(type));
}

function returnsUnknown(fn: ResumableFunction, checker: ts.TypeChecker): boolean {
  const type = isAsyncFunction(fn) ? undefined : returnTypeOf(fn, checker);
  return type !== undefined && isAny(type);
}

function returnTypeOf(fn: ResumableFunction, checker: ts.TypeChecker): ts.Type | undefined {
  const signature = checker.getSignatureFromDeclaration(fn);
  return signature && checker.getReturnTypeOfSignature(signature);
}

function isAny(type: ts.Type): boolean {
  return (type.flags & ts.TypeFlags.Any) !== 0;
}

function enclosingFunctions(node: ts.Node): ResumableFunction[] {
  const found: ResumableFunction[] = [];
  for (let { parent } = node; parent !== undefined; { parent } = parent) {
    if (isResumableSyntax(parent)) found.push(parent);
    else if (ts.isFunctionLike(parent)) break;
  }
  return found;
}

function isResumableSyntax(node: ts.Node): node is ResumableFunction {
  return (
    ts.isArrowFunction(node) ||
    ts.isFunctionExpression(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isMethodDeclaration(node)
  );
}

function isCallback(fn: ts.Node): boolean {
  return ts.isCallExpression(fn.parent) && !isMarked(fn);
}

/** True for the argument of `resumable(…)`, and for a method that a static block of its class names. */
export function isMarked(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isMethodDeclaration(node) && ts.isClassLike(parent))
    return markedMethods(parent).includes(node.name.getText());
  return (
    ts.isCallExpression(parent) &&
    ts.isIdentifier(parent.expression) &&
    parent.expression.text === 'resumable'
  );
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
