import { collectReferences } from '../analyze/collect-references.ts';
import { accessPath, isMutationThrough } from '../analyze/find-mutations.ts';
import { ts } from '../syntax/ts.ts';
import { listsOf, type FlowNode } from './flow-tree.ts';

/** The `for…of` loops with asks whose array travels in the state under a name of its own. */
export type HoistedArrays = ReadonlySet<ts.ForOfStatement>;

/**
 * A `for…of` loop goes on with its array and an index (ECMA-262 §23.1.5: the length is read again for each element). The
 * array is read by the expression of the loop where that gives the same array in every turn, else it is carried itself.
 */
export function planLoops(nodes: readonly FlowNode[], checker: ts.TypeChecker): HoistedArrays {
  const hoisted = new Set<ts.ForOfStatement>();
  const visit = (list: readonly FlowNode[]): void => {
    for (const node of list) {
      listsOf(node).forEach(visit);
      if (node.kind !== 'loop' || !ts.isForOfStatement(node.statement)) continue;
      if (!isSameInEachTurn(node.statement, checker)) hoisted.add(node.statement);
    }
  };
  visit(nodes);
  return hoisted;
}

/** `files` or `args.files`, where the loop assigns to no part of it. */
function isSameInEachTurn(loop: ts.ForOfStatement, checker: ts.TypeChecker): boolean {
  let root: ts.Expression = loop.expression;
  while (ts.isPropertyAccessExpression(root)) root = root.expression;
  if (!ts.isIdentifier(root)) return false;
  const symbol = checker.getSymbolAtLocation(root);
  const isPath = root !== loop.expression;
  return collectReferences(loop, checker).every((reference) => {
    if (reference.symbol !== symbol) return true;
    if (reference.access !== 'read') return false;
    if (!isMutationThrough(reference.node, checker)) return true;
    // The array itself may change in place; what leads to it may not.
    const { end } = accessPath(reference.node);
    return !isPath && ts.isPropertyAccessExpression(end) && end.expression === reference.node;
  });
}
