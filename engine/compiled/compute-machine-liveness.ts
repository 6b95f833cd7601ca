import { visitPieces } from './code.ts';
import type { Code, Piece, Variable } from './code.ts';
import { successorsOf } from './flow-graph.ts';
import type { BasicBlock, BlockId, FlowGraph, Terminal } from './flow-graph.ts';

/**
 * The variables that are read after the entry of each block before they are overwritten: backward may-analysis over the
 * graph (Aho et al., Compilers, 9.2.5). An instruction may throw anywhere, so what a handler needs is live in all of
 * its region.
 */
export function computeMachineLiveness(graph: FlowGraph): ReadonlyMap<BlockId, ReadonlySet<Variable>> {
  const facts = graph.blocks.map((block) => ({ block, ...summarize(block) })).toReversed();
  const liveIn = new Map<BlockId, Set<Variable>>(graph.blocks.map((block) => [block.id, new Set()]));
  let changed = true;
  while (changed) {
    changed = false;
    for (const { block, reads, writes } of facts) {
      const live = liveIn.get(block.id) ?? new Set();
      const before = live.size;
      addAll(live, reads);
      for (const successor of block.terminal === undefined ? [] : successorsOf(block.terminal)) {
        for (const variable of liveIn.get(successor) ?? []) if (!writes.has(variable)) live.add(variable);
      }
      if (block.handler !== undefined) addAll(live, liveIn.get(block.handler));
      changed ||= live.size !== before;
    }
  }
  return liveIn;
}

interface Summary {
  /** Read before the block overwrites them. */
  readonly reads: ReadonlySet<Variable>;
  readonly writes: ReadonlySet<Variable>;
}

function summarize({ instructions, terminal }: BasicBlock): Summary {
  const [reads, writes] = [new Set<Variable>(), new Set<Variable>()];
  // What an instruction overwrites counts from the next one on.
  let defined: Variable[] = [];
  const visit = (piece: string | Piece): void => {
    if (typeof piece === 'string' || piece.kind === 'text') return;
    const { variable } = piece;
    if (piece.kind === 'define') defined.push(variable);
    else {
      if (!writes.has(variable)) reads.add(variable);
      if (variable.reload !== undefined) visitPieces(variable.reload, visit);
    }
  };
  for (const code of [...instructions, ...(terminal === undefined ? [] : [operandOf(terminal)])]) {
    visitPieces(code, visit);
    addAll(writes, defined);
    defined = [];
  }
  return { reads, writes };
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

function addAll(target: Set<Variable>, source: Iterable<Variable> = []): void {
  for (const variable of source) target.add(variable);
}
