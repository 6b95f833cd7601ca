import type { Code, Variable } from './code.ts';
import { successorsOf } from './flow-graph.ts';
import type { BasicBlock, BlockId, FlowGraph, Terminal } from './flow-graph.ts';

/**
 * The variables that are read after the entry of each block before they are overwritten: backward may-analysis over the
 * graph (Aho et al., Compilers, 9.2.5). An instruction may throw anywhere, so what a handler needs is live in all of
 * its region.
 */
export function computeMachineLiveness(graph: FlowGraph): ReadonlyMap<BlockId, ReadonlySet<Variable>> {
  const liveIn = new Map<BlockId, Set<Variable>>(graph.blocks.map((block) => [block.id, new Set()]));
  let changed = true;
  while (changed) {
    changed = false;
    for (const block of graph.blocks.toReversed()) {
      const before = liveIn.get(block.id)?.size ?? 0;
      const live = liveAtEntry(block, liveIn);
      liveIn.set(block.id, live);
      changed ||= live.size !== before;
    }
  }
  return liveIn;
}

function liveAtEntry(block: BasicBlock, liveIn: ReadonlyMap<BlockId, ReadonlySet<Variable>>): Set<Variable> {
  const live = new Set<Variable>();
  const { terminal } = block;
  if (terminal !== undefined) {
    for (const successor of successorsOf(terminal)) addAll(live, liveIn.get(successor));
    step(live, operandOf(terminal));
  }
  for (const instruction of block.instructions.toReversed()) step(live, instruction);
  if (block.handler !== undefined) addAll(live, liveIn.get(block.handler));
  return live;
}

function operandOf(terminal: Terminal): Code {
  switch (terminal.kind) {
    case 'goto':
      return [];
    case 'branch':
      return terminal.test;
    case 'await':
      return terminal.operand;
    case 'return':
    case 'throw':
      return terminal.value;
  }
}

function step(live: Set<Variable>, instruction: Code): void {
  for (const piece of instruction) if (piece.kind === 'define') live.delete(piece.variable);
  for (const piece of instruction) {
    if (piece.kind !== 'use') continue;
    live.add(piece.variable);
    if (piece.variable.reload !== undefined) step(live, piece.variable.reload);
  }
}

function addAll(target: Set<Variable>, source: Iterable<Variable> = []): void {
  for (const variable of source) target.add(variable);
}
