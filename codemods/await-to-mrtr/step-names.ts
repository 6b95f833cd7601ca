import type { Join } from '../../engine/analyze/compute-liveness.ts';
import {
  listsOf,
  loopVariable,
  nameOfAsk,
  type FlowNode,
  type LoopStatement,
} from '../../engine/plan/flow-tree.ts';
import { ts } from '../../engine/syntax/ts.ts';

/** A join is named after the first ask in front of it: the code that runs whether or not that was asked. */
export function joinName(join: Join, nodes: readonly FlowNode[]): string {
  if (join.kind === 'loop') return `next-${kebab(loopName(join.statement) ?? firstAsk([join]) ?? 'turn')}`;
  const node = join.kind === 'exit' ? findNode(nodes, join.statement) : join;
  return `after-${kebab((node && firstAsk([node])) ?? 'branch')}`;
}

/** The variable of a `for…of` loop, where it is a plain name. */
function loopName(loop: LoopStatement): string | undefined {
  const variable = ts.isForOfStatement(loop) ? loopVariable(loop) : undefined;
  return variable !== undefined && ts.isIdentifier(variable.name) ? variable.name.text : undefined;
}

function firstAsk(nodes: readonly FlowNode[]): string | undefined {
  for (const node of nodes) {
    if (node.kind === 'ask') return nameOfAsk(node.ask);
    const inner = firstAsk(listsOf(node).flat());
    if (inner !== undefined) return inner;
  }
  return undefined;
}

function findNode(nodes: readonly FlowNode[], statement: ts.Statement): FlowNode | undefined {
  for (const node of nodes) {
    if (node.statement === statement) return node;
    const inner = findNode(listsOf(node).flat(), statement);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

export function kebab(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replaceAll('_', '-')
    .toLowerCase();
}
