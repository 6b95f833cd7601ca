import { ts } from '../syntax/ts.ts';

export type FunctionNode =
  ts.ArrowFunction | ts.FunctionExpression | ts.FunctionDeclaration | ts.MethodDeclaration;

export function isFunctionNode(node: ts.Node): node is FunctionNode {
  return (
    ts.isArrowFunction(node) ||
    ts.isFunctionExpression(node) ||
    ts.isFunctionDeclaration(node) ||
    (ts.isMethodDeclaration(node) && ts.isObjectLiteralExpression(node.parent))
  );
}

/** Async functions become machines, but for the methods of classes; generators stay as they are. */
export function isAsyncMachine(node: ts.Node): node is FunctionNode {
  return isFunctionNode(node) && isAsync(node) && node.asteriskToken === undefined;
}

export function isAsync(node: FunctionNode): boolean {
  return (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Async) !== 0;
}

/** What ECMA-262 calls a function or class when it is created (8.4.5 NamedEvaluation); empty where only running it could tell. */
export function functionName(node: FunctionNode | ts.ClassLikeDeclaration): string {
  if (node.name !== undefined) return staticName(node.name);
  const { parent } = outermostParentheses(node);
  if (ts.isVariableDeclaration(parent) || ts.isBindingElement(parent) || ts.isParameter(parent)) {
    return ts.isIdentifier(parent.name) ? parent.name.text : '';
  }
  if (ts.isPropertyAssignment(parent)) return isPrototype(parent.name) ? '' : staticName(parent.name);
  if (ts.isPropertyDeclaration(parent)) return staticName(parent.name);
  if (ts.isShorthandPropertyAssignment(parent)) return parent.name.text;
  const isAssigned =
    ts.isBinaryExpression(parent) && ts.isIdentifier(parent.left) && parent.right !== parent.left;
  const isAssignment = isAssigned && ASSIGNMENTS.has(parent.operatorToken.kind);
  return isAssignment ? parent.left.text : '';
}

/** As the name of a property with a value, it sets the prototype (ECMA-262 B.3.1). */
export function isPrototype(name: ts.Node): boolean {
  return (ts.isIdentifier(name) || ts.isStringLiteral(name)) && name.text === '__proto__';
}

const ASSIGNMENTS: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.EqualsToken,
  ts.SyntaxKind.QuestionQuestionEqualsToken,
  ts.SyntaxKind.BarBarEqualsToken,
  ts.SyntaxKind.AmpersandAmpersandEqualsToken,
]);

export function outermostParentheses(node: ts.Node): ts.Node {
  return ts.isParenthesizedExpression(node.parent) ? outermostParentheses(node.parent) : node;
}

function staticName(name: ts.PropertyName): string {
  const isStatic =
    ts.isIdentifier(name) ||
    ts.isPrivateIdentifier(name) ||
    ts.isStringLiteralLike(name) ||
    ts.isNumericLiteral(name);
  return isStatic ? name.text : '';
}
