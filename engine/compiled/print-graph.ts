import { printPieces } from './code.ts';
import type { Variable } from './code.ts';
import type { BasicBlock, BlockId, Terminal } from './flow-graph.ts';

/**
 * A flow graph as text for people: a line for each block with the variables that are live at its entry and the block that
 * its exceptions go to, then its instructions and what ends it. Empty blocks that nothing leads to are left out.
 */
export function printGraph(
  blocks: readonly BasicBlock[],
  liveIn?: ReadonlyMap<BlockId, ReadonlySet<Variable>>,
): string {
  return blocks
    .filter(({ instructions, terminal }) => instructions.length > 0 || terminal !== undefined)
    .map(({ id, handler, instructions, terminal }) => {
      const live = [...(liveIn?.get(id) ?? [])].map(({ name }) => name).sort();
      const head = [
        `${id}:`,
        ...(live.length === 0 ? [] : [`live ${live.join(', ')}`]),
        ...(handler === undefined ? [] : [`catch ${handler}`]),
      ].join(' ');
      const lines = [
        ...instructions.map(printPieces),
        ...(terminal === undefined ? [] : [printTerminal(terminal)]),
      ];
      return [head, ...lines.map((line) => `  ${line}`)].join('\n');
    })
    .join('\n');
}

function printTerminal(terminal: Terminal): string {
  switch (terminal.kind) {
    case 'goto':
      return `goto ${terminal.to}`;
    case 'branch':
      return `if ${printPieces(terminal.test)} goto ${terminal.whenTrue} else ${terminal.otherwise}`;
    case 'return':
    case 'throw':
      return `${terminal.kind} ${printPieces(terminal.value)}`;
    case 'await':
      return `await ${printPieces(terminal.operand)} then ${terminal.to}`;
  }
}
