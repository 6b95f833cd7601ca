import type { IfNode } from '../../engine/analyze/compute-liveness.ts';
import type { FlowNode } from '../../engine/plan/flow-tree.ts';

/** A join is named after the first ask of its `if`: the code that runs whether or not that was asked. */
export function joinName(join: IfNode): string {
  const first = (nodes: readonly FlowNode[]): string | undefined => {
    for (const node of nodes) {
      if (node.kind === 'ask') return node.ask.key;
      const inner = node.kind === 'if' ? (first(node.whenTrue) ?? first(node.whenFalse)) : undefined;
      if (inner !== undefined) return inner;
    }
    return undefined;
  };
  return `after-${kebab(first(join.whenTrue) ?? first(join.whenFalse) ?? 'branch')}`;
}

export function kebab(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replaceAll('_', '-')
    .toLowerCase();
}
