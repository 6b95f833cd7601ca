import { ts } from '../syntax/ts.ts';
import { isRegisteredHandler } from './find-handler-roots.ts';
import { callOf, outermost, receiverOf } from './followed-calls.ts';

/** What becomes of a callback that a function of the project does not run itself. */
export interface KeptCallback {
  /** The SDK is given it as a handler. */
  readonly isRegistered: boolean;
  /** Its calls in the closures that are made around it, and the calls of these in closures around them. */
  readonly calls: readonly ts.CallExpression[];
}

/**
 * Follows a callback into the functions of the project that keep it: `tool(name, run)`, where `tool` registers `run` with
 * the SDK, or registers a closure around it that yet another function, `withLog(run)`, makes.
 * @param given the callback, or the name of a function
 */
export function followKept(given: ts.Node, checker: ts.TypeChecker): KeptCallback {
  const calls: ts.CallExpression[] = [];
  const seen = new Set<ts.Node>();
  let isRegistered = false;
  const follow = (node: ts.Node, isItself: boolean): void => {
    const argument = outermost(node) as ts.Expression;
    const call = argument.parent;
    if (seen.has(argument) || !ts.isCallExpression(call) || !call.arguments.includes(argument)) return;
    seen.add(argument);
    isRegistered ||= isItself && isRegisteredHandler(call, argument, checker);
    const receiver = receiverOf(call, argument, checker);
    if (receiver === undefined) return;
    for (const use of receiver.uses) if (callOf(use) === undefined) follow(use, isItself);
    const inClosures = receiver.uses
      .flatMap((use) => callOf(use) ?? [])
      .filter((called) => ts.findAncestor(called, ts.isFunctionLike) !== receiver.fn);
    calls.push(...inClosures);
    // The closure that is made of it may be handed on, too.
    if (inClosures.length > 0) follow(call, false);
  };
  follow(given, true);
  return { isRegistered, calls };
}
