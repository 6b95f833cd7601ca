import { isHelperAsk, type FlowNode } from '../../engine/plan/flow-tree.ts';
import { ts } from '../../engine/syntax/ts.ts';

/**
 * A statement list gets to another step without anything that can throw, so that a `try` around it would have nothing to
 * catch: plain values, counting, and then the call of a helper or a loop, which are steps of their own.
 */
export function entersAtOnce(nodes: readonly FlowNode[], index: number, checker: ts.TypeChecker): boolean {
  const node = nodes[index];
  switch (node?.kind) {
    case 'plain':
      return cannotThrow(node.statement, checker) && entersAtOnce(nodes, index + 1, checker);
    case 'ask':
      return isHelperAsk(node.ask);
    case 'loop':
      return ts.isWhileStatement(node.statement);
    default:
      return false;
  }
}

/** `let attempts = 0`, `attempts += 1`, `attempts++`. */
function cannotThrow(statement: ts.Statement, checker: ts.TypeChecker): boolean {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.every(
      ({ name, initializer }) =>
        ts.isIdentifier(name) && (initializer === undefined || ts.isLiteralExpression(initializer)),
    );
  if (!ts.isExpressionStatement(statement)) return false;
  const { expression } = statement;
  if (ts.isPostfixUnaryExpression(expression) || ts.isPrefixUnaryExpression(expression))
    return isNumber(expression.operand, checker);
  return (
    ts.isBinaryExpression(expression) &&
    ts.isNumericLiteral(expression.right) &&
    /^[-+*]?=$/.test(expression.operatorToken.getText()) &&
    isNumber(expression.left, checker)
  );
}

function isNumber(node: ts.Expression, checker: ts.TypeChecker): boolean {
  return ts.isIdentifier(node) && (checker.getTypeAtLocation(node).flags & ts.TypeFlags.NumberLike) !== 0;
}
