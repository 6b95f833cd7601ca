import { ts } from '../syntax/ts.ts';
import type { LoopStatement } from './flow-tree.ts';

/** A `break` or `continue` and the loop it belongs to. */
export interface Jump {
  readonly statement: ts.BreakOrContinueStatement;
  readonly loop: LoopStatement;
}

/**
 * Finds the jumps below a statement that leave it for one of the loops around it (ECMA-262 §14.8, §14.9): those that no
 * loop or `switch` of its own takes.
 * @param loops from the outside in
 */
export function findJumps(root: ts.Statement, loops: readonly LoopStatement[]): Jump[] {
  const innermost = loops.at(-1);
  if (innermost === undefined) return [];
  const jumps: Jump[] = [];
  const visit = (node: ts.Node, taken: { readonly breaks: boolean; readonly continues: boolean }): void => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) return;
    if (ts.isBreakStatement(node) && node.label === undefined && !taken.breaks)
      jumps.push({ statement: node, loop: innermost });
    if (ts.isContinueStatement(node) && node.label === undefined && !taken.continues)
      jumps.push({ statement: node, loop: innermost });
    const inner = ts.isIterationStatement(node, false)
      ? { breaks: true, continues: true }
      : { ...taken, breaks: taken.breaks || ts.isSwitchStatement(node) };
    ts.forEachChild(node, (child) => visit(child, inner));
  };
  visit(root, { breaks: false, continues: false });
  return jumps;
}
