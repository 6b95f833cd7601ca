import type { TryNode } from '../../engine/plan/flow-tree.ts';
import { catcherOf, type Continuation } from '../../engine/plan/plan-carried.ts';

/** The `try`s around a place, from the inside out, each with what follows it. */
export function triesAround({
  next,
}: Continuation): { readonly node: TryNode; readonly after: Continuation }[] {
  if (next === undefined) return [];
  const node = catcherOf(next);
  const own = node === undefined ? [] : [{ node, after: next.continuation }];
  return [...own, ...triesAround(next.continuation)];
}
