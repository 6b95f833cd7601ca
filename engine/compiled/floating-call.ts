import { ts } from '../syntax/ts.ts';
import { code } from './code.ts';
import type { Code } from './code.ts';

/**
 * True for a call whose result is not awaited where it is made, but dropped or kept in a variable. If that is a promise,
 * what it goes on to do may concern what the state carries, so the flow has to know it.
 */
export function isFloatingCall(node: ts.Node): node is ts.CallExpression | ts.NewExpression {
  if (!ts.isCallExpression(node))
    return ts.isNewExpression(node) && node.expression.getText() === 'Promise' && isKept(node);
  return node.expression.kind !== ts.SyntaxKind.SuperKeyword && isKept(node);
}

/** Prints the call so that the flow sees its result. */
export function holdCall(node: ts.CallExpression | ts.NewExpression, value: Code, activation: string): Code {
  const origin = node.expression.getText().replaceAll(/\s+/g, ' ').slice(0, 40);
  return code`${activation}.hold(${value}, ${JSON.stringify(origin)})`;
}

function isKept(value: ts.Node): boolean {
  const { parent } = value;
  if (ts.isExpressionStatement(parent)) return true;
  if (ts.isVariableDeclaration(parent)) return parent.initializer === value;
  if (ts.isConditionalExpression(parent)) return parent.condition !== value && isKept(parent);
  if (ts.isBinaryExpression(parent)) {
    if (parent.right !== value) return false;
    return parent.operatorToken.kind === ts.SyntaxKind.EqualsToken || (isSequence(parent) && isKept(parent));
  }
  const isTransparent =
    ts.isParenthesizedExpression(parent) ||
    ts.isVoidExpression(parent) ||
    ts.isAsExpression(parent) ||
    ts.isSatisfiesExpression(parent) ||
    ts.isNonNullExpression(parent);
  return isTransparent && isKept(parent);
}

function isSequence({ operatorToken: { kind } }: ts.BinaryExpression): boolean {
  return (
    kind === ts.SyntaxKind.CommaToken ||
    kind === ts.SyntaxKind.AmpersandAmpersandToken ||
    kind === ts.SyntaxKind.BarBarToken ||
    kind === ts.SyntaxKind.QuestionQuestionToken
  );
}
