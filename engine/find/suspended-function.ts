import { ts } from '../syntax/ts.ts';
import { isAsyncFunction } from '../syntax/is-async-function.ts';
import type { HelperFunction } from './find-asks.ts';
import { isHelperFunction } from './helper-shape.ts';
import { followKept } from './kept-callbacks.ts';
import { markedMethods } from './marked-methods.ts';

export type ResumableFunction = HelperFunction;

/**
 * The function that is suspended by something at `at`: the handler it is in; else the function around it, looking
 * through callbacks (`items.map(async (item) => …)`), which belong to the function that passes them, unless a function of
 * the project makes a handler of them.
 */
export function suspendedFunction(
  at: ts.Node,
  roots: ReadonlySet<ts.Node>,
  checker: ts.TypeChecker,
): ResumableFunction | undefined {
  const enclosing = enclosingFunctions(at);
  const root = enclosing.find((fn) => roots.has(fn));
  if (root !== undefined) return root;
  const owner = enclosing.find((fn) => !isCallback(fn) || isDetached(fn));
  const callbacks = owner === undefined ? enclosing : enclosing.slice(0, enclosing.indexOf(owner));
  const areAwaited = callbacks.every(({ parent }) => isAwaited(parent));
  const waiting = owner !== undefined && isWaiting(owner, areAwaited, checker) ? owner : undefined;
  if (waiting !== undefined && areAwaited) return waiting;
  return callbacks.find((callback) => isHandled(callback, roots, checker)) ?? waiting;
}

/** True for a function that can wait for what its callbacks ask. */
function isWaiting(owner: ResumableFunction, areAwaited: boolean, checker: ts.TypeChecker): boolean {
  if (isCallback(owner) || isListener(owner)) return false;
  // What a function without types returns may be a promise, but hardly of a callback that it does not wait for.
  if (returnsUnknown(owner, checker) && !areAwaited) return false;
  return returnsPromise(owner, checker);
}

/** True for a callback that is kept and called by functions that can be suspended, or registered as it is. */
function isHandled(
  callback: ResumableFunction,
  roots: ReadonlySet<ts.Node>,
  checker: ts.TypeChecker,
): boolean {
  if (!returnsPromise(callback, checker)) return false;
  const { isRegistered, calls } = followKept(callback, checker);
  const isSuspended = (call: ts.CallExpression): boolean =>
    suspendedFunction(call, roots, checker) !== undefined;
  return isRegistered || (calls.length > 0 && calls.every(isSuspended));
}

/** True for a call whose result, or what is made of it, the function around it waits for. */
export function isAwaited(call: ts.Node): boolean {
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
export function isListener({ parent }: ts.Node): boolean {
  return (
    ts.isBinaryExpression(parent) &&
    ts.isPropertyAccessExpression(parent.left) &&
    /^on[a-z]/.test(parent.left.name.text)
  );
}

export function returnsPromise(fn: ResumableFunction, checker: ts.TypeChecker): boolean {
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

export function enclosingFunctions(node: ts.Node): ResumableFunction[] {
  const found: ResumableFunction[] = [];
  for (let { parent } = node; parent !== undefined; { parent } = parent) {
    if (isHelperFunction(parent)) found.push(parent);
    else if (ts.isFunctionLike(parent)) break;
  }
  return found;
}

export function isCallback(fn: ts.Node): boolean {
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
