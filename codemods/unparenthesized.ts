import { ts } from '../engine/syntax/ts.ts';

/** An expression without the parentheses around it. */
export function unparenthesized(expression: ts.Expression): ts.Expression {
  return ts.isParenthesizedExpression(expression) ? unparenthesized(expression.expression) : expression;
}
