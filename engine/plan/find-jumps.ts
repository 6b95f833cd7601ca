import { ts } from '../syntax/ts.ts';
import type { LoopStatement } from './flow-tree.ts';

/** A `break` or `continue` and the loop it belongs to. */
export interface Jump {
  readonly statement: ts.BreakOrContinueStatement;
  readonly loop: LoopStatement;
}

/**
 * Finds the jumps below a statement that leave it for one of the loops around it (ECMA-262 §14.8, §14.9): those that no
 * loop or `switch` of its own takes, and those that name an outer loop.
 * @param loops from the outside in
 */
export function findJumps(root: ts.Statement, loops: readonly LoopStatement[]): Jump[] {
  const innermost = loops.at(-1);
  if (innermost === undefined) return [];
  const jumps: Jump[] = [];
  const visit = (node: ts.Node, taken: { readonly breaks: boolean; readonly continues: boolean }): void => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) return;
    if (ts.isBreakOrContinueStatement(node)) {
      const isTaken = ts.isBreakStatement(node) ? taken.breaks : taken.continues;
      const loop = node.label === undefined ? (isTaken ? undefined : innermost) : labelled(node.label, loops);
      if (loop !== undefined) jumps.push({ statement: node, loop });
    }
    const inner = ts.isIterationStatement(node, false)
      ? { breaks: true, continues: true }
      : { ...taken, breaks: taken.breaks || ts.isSwitchStatement(node) };
    ts.forEachChild(node, (child) => visit(child, inner));
  };
  visit(root, { breaks: false, continues: false });
  return jumps;
}

function labelled(label: ts.Identifier, loops: readonly LoopStatement[]): LoopStatement | undefined {
  return loops.find(({ parent }) => ts.isLabeledStatement(parent) && parent.label.text === label.text);
}
