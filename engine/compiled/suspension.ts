import { ts } from '../syntax/ts.ts';
import { unwrap } from '../syntax/unwrap.ts';

/** True when evaluating `node` itself (not a function created in it) may suspend. */
export function containsAwait(node: ts.Node): boolean {
  return containsNode(node, isAwait);
}

export function isAwait(node: ts.Node): boolean {
  return ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier !== undefined);
}

/** True when `matches` holds for `node` or a descendant outside nested functions. */
export function containsNode(node: ts.Node, matches: (node: ts.Node) => boolean): boolean {
  if (matches(node)) return true;
  // Only the computed name of a method is evaluated where the method is created.
  if (ts.isFunctionLike(node))
    return (
      node.name !== undefined && ts.isComputedPropertyName(node.name) && containsNode(node.name, matches)
    );
  return ts.forEachChild(node, (child) => containsNode(child, matches)) ?? false;
}

/**
 * `(0, module.member)`: how CommonJS output calls what was imported without handing the module over as `this`.
 * @returns the member, or undefined for any other expression
 */
export function memberOfImport(node: ts.Expression): ts.PropertyAccessExpression | undefined {
  const comma = unwrap(node);
  if (!ts.isBinaryExpression(comma) || comma.operatorToken.kind !== ts.SyntaxKind.CommaToken)
    return undefined;
  const isEmpty = ts.isNumericLiteral(comma.left) && ts.isPropertyAccessExpression(comma.right);
  return isEmpty ? comma.right : undefined;
}

/** True for what is in a chain with `?.`, and for what such a chain consists of. */
export function isOptional(node: ts.Node): boolean {
  return (node.flags & ts.NodeFlags.OptionalChain) !== 0;
}
