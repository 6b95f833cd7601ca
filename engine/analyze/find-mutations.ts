import { isAssignmentOperator, isAssignmentTarget } from './collect-references.ts';
import { isPureBuiltinCall } from './pure-builtins.ts';
import { ts } from '../syntax/ts.ts';

/** True when the use of a variable changes what it refers to: `x.a = 1`, `x[0]++`, `delete x.a`, `x.list.push(1)`. */
export function isMutationThrough(identifier: ts.Identifier, checker: ts.TypeChecker): boolean {
  const path = accessPath(identifier);
  if (path.depth === 0) return false;
  return isChangedPlace(path.end, checker);
}

/** The longest `x.a[0]!.b` that starts with an expression, assertions and parentheses looked through. */
export function accessPath(start: ts.Node): {
  readonly end: ts.Node;
  readonly depth: number;
} {
  let end: ts.Node = start;
  let depth = 0;
  for (;;) {
    const { parent } = end;
    const isAccess =
      (ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent)) &&
      parent.expression === end;
    if (isAccess) depth += 1;
    else if (!isAssertion(parent)) return { end, depth };
    end = parent;
  }
}

function isAssertion(node: ts.Node): boolean {
  return (
    ts.isNonNullExpression(node) ||
    ts.isParenthesizedExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isTypeAssertionExpression(node)
  );
}

/** Whether a place is assigned or deleted, or a method that may change its holder is called there. */
export function isChangedPlace(path: ts.Node, checker: ts.TypeChecker): boolean {
  const { parent } = path;
  if (isAssignmentTarget(path)) return true;
  if (ts.isBinaryExpression(parent))
    return parent.left === path && isAssignmentOperator(parent.operatorToken.kind);
  if (ts.isDeleteExpression(parent) || ts.isPostfixUnaryExpression(parent)) return true;
  if (ts.isPrefixUnaryExpression(parent)) return isStepOperator(parent);
  // A method call on an object may change it; on a primitive it cannot.
  return ts.isCallExpression(parent) && parent.expression === path && !isPureBuiltinCall(parent, checker);
}

/** `++x` or `--x`. */
export function isStepOperator(node: ts.Node): boolean {
  return (
    ts.isPrefixUnaryExpression(node) &&
    (node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken)
  );
}
