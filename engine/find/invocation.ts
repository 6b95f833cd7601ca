import { ts } from '../syntax/ts.ts';

/** What a call invokes, and with what: `ask(a)` and `ask.call(server, a)` are the same. */
export interface Invocation {
  readonly call: ts.CallExpression;
  readonly callee: ts.Expression;
  readonly args: readonly ts.Expression[];
  readonly signature: ts.Signature | undefined;
}

export function invocationOf(call: ts.CallExpression, checker: ts.TypeChecker): Invocation {
  const { expression } = call;
  const [receiver, ...args] = call.arguments;
  // The receiver goes with the call, so nothing may happen in it.
  const isApplied =
    ts.isPropertyAccessExpression(expression) &&
    expression.name.text === 'call' &&
    receiver !== undefined &&
    isPath(receiver);
  const callee = isApplied ? expression.expression : expression;
  const type = isApplied ? checker.getNonNullableType(checker.getTypeAtLocation(callee)) : undefined;
  const applied = type?.getCallSignatures()[0];
  const isUnknown = type !== undefined && (type.flags & ts.TypeFlags.Any) !== 0;
  if (applied !== undefined || isUnknown) return { call, callee, args, signature: applied };
  return {
    call,
    callee: expression,
    args: call.arguments,
    // Resolved when it is asked for, since that checks the arguments.
    get signature() {
      return checker.getResolvedSignature(call);
    },
  };
}

/** `server`, `this.server`, `mcp.server`. */
function isPath(node: ts.Expression): boolean {
  if (ts.isPropertyAccessExpression(node)) return isPath(node.expression);
  return ts.isIdentifier(node) || node.kind === ts.SyntaxKind.ThisKeyword;
}
