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
function outermost(node: ts.Node): ts.Node {
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
  const fn = checker.getResolvedSignature(call)?.declaration;
  if (fn === undefined || !ts.isFunctionLike(fn) || !hasBody(fn)) return undefined;
  const name = fn.parameters[call.arguments.indexOf(given)]?.name;
  const parameter = name && checker.getSymbolAtLocation(name);
  if (parameter === undefined) return undefined;
  const calls: ts.CallExpression[] = [];
  let isAwaited = false;
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && node !== name && checker.getSymbolAtLocation(node) === parameter) {
      const { parent } = node;
      if (ts.isCallExpression(parent) && parent.expression === node) calls.push(parent);
      else isAwaited ||= isWaitedFor(node);
    }
    ts.forEachChild(node, visit);
  };
  visit(fn.body);
  return calls.length > 0 || isAwaited ? { fn, calls } : undefined;
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
