import { ts } from '../syntax/ts.ts';
import type { FunctionNode } from './function-node.ts';
import { isReceiver, receiverHolder } from './receiver.ts';
import type { Bindings } from './resolve-bindings.ts';

/**
 * True when `inner`, created by the function `outer` that runs natively, can be taken out of it and given what it
 * captures by value: then it can travel in the state. Otherwise it stays in place, and lives as long as the round.
 */
export function isMovable(inner: FunctionNode, outer: ts.Node, { of }: Bindings): boolean {
  const isExpression =
    ts.isArrowFunction(inner) || (ts.isFunctionExpression(inner) && inner.name === undefined);
  if (!isExpression) return false;
  const isKept = (node: ts.Node): boolean => {
    if (isBound(node)) return isBetween(receiverHolder(node), inner, outer);
    const binding = ts.isIdentifier(node) ? of.get(node) : undefined;
    const isShared = binding?.isBoxed === true && binding.owner !== inner && isWithin(binding.owner, outer);
    return isShared || (ts.forEachChild(node, isKept) ?? false);
  };
  return ts.forEachChild(inner, isKept) !== true;
}

/** What an arrow function takes from the function around it. */
function isBound(node: ts.Node): boolean {
  return isReceiver(node) || node.kind === ts.SyntaxKind.SuperKeyword || ts.isMetaProperty(node);
}

function isBetween(node: ts.Node | undefined, inner: ts.Node, outer: ts.Node): boolean {
  return node !== undefined && isWithin(node, outer) && !isWithin(node, inner);
}

function isWithin(node: ts.Node, container: ts.Node): boolean {
  return ts.findAncestor(node, (at) => at === container) !== undefined;
}
