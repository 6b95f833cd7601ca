import { isAssignmentOperator } from '../analyze/collect-references.ts';
import { ts } from '../syntax/ts.ts';

/**
 * The name that the result of `call` gets: the variable or property it is assigned to, also as a member of a
 * `Promise.all([…])` whose result is destructured. Undefined when the result has no name of its own.
 */
export function boundName(call: ts.Expression): string | undefined {
  const value = awaited(call);
  const { parent } = value;
  if (ts.isVariableDeclaration(parent)) return nameOf(parent.name);
  if (ts.isPropertyAssignment(parent)) return nameOf(parent.name);
  if (ts.isBinaryExpression(parent) && parent.right === value) return nameOf(parent.left);
  return ts.isArrayLiteralExpression(parent)
    ? nameInPattern(parent, parent.elements.indexOf(value))
    : undefined;
}

/**
 * The variable that is computed from the result of `call`: `ok` of `const ok = (await ask()).action === 'accept'`.
 * Undefined where the result comes to something else.
 */
export function derivedName(call: ts.Expression): string | undefined {
  let at = awaited(call);
  for (let { parent } = at; isComputedFrom(parent, at); { parent } = at) at = awaited(parent);
  return boundName(at);
}

/** An operator, a property or a method call whose first operand is the expression. */
function isComputedFrom(node: ts.Node, operand: ts.Expression): node is ts.Expression {
  if (ts.isPropertyAccessExpression(node) || ts.isCallExpression(node)) return node.expression === operand;
  if (ts.isBinaryExpression(node))
    return node.left === operand && !isAssignmentOperator(node.operatorToken.kind);
  return ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken;
}

function nameInPattern(list: ts.ArrayLiteralExpression, index: number): string | undefined {
  const combinator = list.parent;
  if (!ts.isCallExpression(combinator) || combinator.arguments[0] !== list) return undefined;
  const { parent } = awaited(combinator);
  if (!ts.isVariableDeclaration(parent) || !ts.isArrayBindingPattern(parent.name)) return undefined;
  const element = parent.name.elements[index];
  return element !== undefined && ts.isBindingElement(element) ? nameOf(element.name) : undefined;
}

/** The outermost expression with the same value, once awaited. */
export function awaited(node: ts.Expression): ts.Expression {
  let at = node;
  for (let { parent } = at; isTransparent(parent); { parent } = at) at = parent;
  return at;
}

/** Has the value of what it contains, once awaited. */
function isTransparent(node: ts.Node): node is ts.Expression {
  return (
    ts.isParenthesizedExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isNonNullExpression(node) ||
    ts.isAwaitExpression(node)
  );
}

function nameOf(node: ts.Node): string | undefined {
  return ts.isIdentifier(node) ? node.text : undefined;
}
