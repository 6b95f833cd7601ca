import { ts } from '../syntax/ts.ts';

type FunctionWithBody = ts.FunctionLikeDeclaration & { readonly body: ts.Node };

/** Where a function of the project goes on with what it was given: it has to be resumable too. */
export interface FollowedCall {
  readonly fn: FunctionWithBody;
  /** The calls of the callback in it; none where it was given the promise itself. */
  readonly calls: readonly ts.CallExpression[];
}

/**
 * Follows a call that asks, or the name of a function that does, into the functions of the project that it is handed to:
 * `withSpan('x', () => ask())`, `retry(confirm)`, `withTimeout(ask(), 1000)`. Functions of packages cannot be followed.
 */
export function followCalls(at: ts.Node, checker: ts.TypeChecker): readonly FollowedCall[] {
  const followed: FollowedCall[] = [];
  for (let node = at; ;) {
    const given = outermost(node);
    const { parent } = given;
    if (ts.isCallExpression(parent) && parent.arguments.includes(given as ts.Expression)) {
      const found = followInto(parent, given as ts.Expression, checker);
      if (found !== undefined) followed.push(found);
    }
    const callback = ts.findAncestor(node.parent, ts.isFunctionLike);
    if (callback === undefined || !isArgument(callback)) return followed;
    node = callback;
  }
}

function isArgument(node: ts.Node): boolean {
  const given = outermost(node);
  return ts.isCallExpression(given.parent) && given.parent.expression !== given;
}

/** With the parentheses and type assertions around it. */
export function outermost(node: ts.Node): ts.Node {
  const { parent } = node;
  const isTransparent =
    ts.isParenthesizedExpression(parent) || ts.isAsExpression(parent) || ts.isSatisfiesExpression(parent);
  return isTransparent ? outermost(parent) : node;
}

function followInto(
  call: ts.CallExpression,
  given: ts.Expression,
  checker: ts.TypeChecker,
): FollowedCall | undefined {
  const receiver = receiverOf(call, given, checker);
  if (receiver === undefined) return undefined;
  const { fn, uses } = receiver;
  const calls = uses.flatMap((use) => callOf(use) ?? []);
  const isAwaited = uses.some((use) => callOf(use) === undefined && isWaitedFor(use));
  return calls.length > 0 || isAwaited ? { fn, calls } : undefined;
}

/** The function of the project that a call invokes, and where its body uses one of the call's arguments. */
interface Receiver {
  readonly fn: FunctionWithBody;
  readonly uses: readonly ts.Identifier[];
}

/** @returns undefined for a function of a package, and for an argument that no parameter takes by itself */
export function receiverOf(
  call: ts.CallExpression,
  given: ts.Expression,
  checker: ts.TypeChecker,
): Receiver | undefined {
  const fn = checker.getResolvedSignature(call)?.declaration;
  if (fn === undefined || !ts.isFunctionLike(fn) || !hasBody(fn)) return undefined;
  const name = fn.parameters[call.arguments.indexOf(given)]?.name;
  const parameter = name && checker.getSymbolAtLocation(name);
  if (parameter === undefined) return undefined;
  const uses: ts.Identifier[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && checker.getSymbolAtLocation(node) === parameter) uses.push(node);
    ts.forEachChild(node, visit);
  };
  visit(fn.body);
  return { fn, uses };
}

/** The call of a name. */
export function callOf(name: ts.Identifier): ts.CallExpression | undefined {
  const { parent } = name;
  return ts.isCallExpression(parent) && parent.expression === name ? parent : undefined;
}

function hasBody(fn: ts.SignatureDeclaration): fn is FunctionWithBody {
  return 'body' in fn && fn.body !== undefined;
}

/** `await promise`, `Promise.race([promise, late])`, `return promise`. */
function isWaitedFor(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isAwaitExpression(parent) || ts.isReturnStatement(parent)) return true;
  if (!ts.isArrayLiteralExpression(parent)) return false;
  const call = parent.parent;
  return ts.isCallExpression(call) && call.expression.getText().startsWith('Promise.');
}
