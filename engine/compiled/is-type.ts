import { ts } from '../syntax/ts.ts';

/** True for what TypeScript erases. The class after `extends` is a value, although its node counts as a type. */
export function isType(node: ts.Node): boolean {
  if (!ts.isTypeNode(node)) return false;
  const isBaseClass =
    ts.isExpressionWithTypeArguments(node) &&
    ts.isHeritageClause(node.parent) &&
    node.parent.token === ts.SyntaxKind.ExtendsKeyword &&
    ts.isClassLike(node.parent.parent);
  return !isBaseClass;
}
