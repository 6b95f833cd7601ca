import { ts } from '../syntax/ts.ts';
import { isType } from './is-type.ts';

/** `this` or `arguments`: what an arrow function takes from the function around it. */
export function isReceiver(node: ts.Node): node is ts.Identifier | ts.ThisExpression {
  if (node.kind === ts.SyntaxKind.ThisKeyword) return !isType(node);
  if (!ts.isIdentifier(node) || node.text !== 'arguments') return false;
  const { parent } = node;
  return !(
    (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
    (ts.isPropertyAssignment(parent) && parent.name === node) ||
    (ts.isBindingElement(parent) && parent.propertyName === node)
  );
}

export function isSuper(node: ts.Node): node is ts.SuperExpression {
  return node.kind === ts.SyntaxKind.SuperKeyword;
}

/** The function, or class, whose entry binds `node`; undefined at the top level. */
export function receiverHolder(node: ts.Node): ts.Node | undefined {
  let from = node;
  for (let at = node.parent; !ts.isSourceFile(at); from = at, at = at.parent) {
    if (ts.isFunctionLike(at) && !ts.isArrowFunction(at) && !isOutsideKey(from)) return at;
    if (ts.isClassStaticBlockDeclaration(at)) return at;
    if (ts.isPropertyDeclaration(at) && from === at.initializer) return at;
  }
  return undefined;
}

/** The computed name of a method is evaluated where the method is created. */
function isOutsideKey(node: ts.Node): boolean {
  return ts.isComputedPropertyName(node) || ts.isDecorator(node);
}
