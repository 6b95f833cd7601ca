import { ts } from '../syntax/ts.ts';

/** What a node throws reaches a `catch` of its own function. */
export function isCaught(node: ts.Node): boolean {
  const block = ts.findAncestor(
    node,
    (block) =>
      !ts.isSourceFile(block) &&
      ts.isTryStatement(block.parent) &&
      block.parent.tryBlock === block &&
      block.parent.catchClause !== undefined,
  );
  return (
    block !== undefined &&
    ts.findAncestor(node, ts.isFunctionLike) === ts.findAncestor(block, ts.isFunctionLike)
  );
}
