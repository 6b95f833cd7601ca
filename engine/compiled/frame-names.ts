import { boundName } from '../find/bound-name.ts';
import { ts } from '../syntax/ts.ts';
import type { Variable } from './code.ts';
import type { FrameLayout } from './emit-machine.ts';
import type { BlockId } from './flow-graph.ts';
import { unwrap } from '../syntax/unwrap.ts';

type Layouts = ReadonlyMap<BlockId, FrameLayout>;
type NamedVariable = Variable & { readonly source?: string };

/**
 * What the slots of each frame hold, for messages and for states of another version: `x` is the value of the only
 * variable of that name, `&x` its box, and `#x` or `#` something that no name identifies in another version.
 * @param bindings all that the function declares, carried or not.
 */
export function slotNames(
  layouts: Layouts,
  bindings: readonly { readonly source: string }[],
): Readonly<Record<BlockId, readonly string[]>> {
  const count = new Map<string, number>();
  for (const { source } of bindings) count.set(source, (count.get(source) ?? 0) + 1);
  const slotName = ({ source, isBoxed }: NamedVariable): string => {
    if (source === undefined || count.get(source) !== 1) return `#${source ?? ''}`;
    return isBoxed ? `&${source}` : source;
  };
  return Object.fromEntries([...layouts].map(([label, { carried }]) => [label, carried.map(slotName)]));
}

/** The suspension points that a name tells from all others of the function. */
export function pointNames(layouts: Layouts): Readonly<Record<BlockId, string>> {
  const named = [...layouts].flatMap(([label, { node }]) => {
    const name = node && pointName(node);
    return name === undefined ? [] : [[label, name] as const];
  });
  const isUnique = (name: string): boolean => named.filter(([, other]) => other === name).length === 1;
  return Object.fromEntries(named.filter(([, name]) => isUnique(name)));
}

/** After what takes the awaited value, else after what is called. */
function pointName(node: ts.AwaitExpression): string | undefined {
  const name = boundName(node);
  const operand = unwrap(node.expression);
  if (name !== undefined || !ts.isCallExpression(operand)) return name;
  const callee = unwrap(operand.expression);
  if (ts.isPropertyAccessExpression(callee)) return callee.name.text;
  return ts.isIdentifier(callee) ? callee.text : undefined;
}
