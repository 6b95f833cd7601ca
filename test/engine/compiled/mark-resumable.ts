import { joinFlow, rootData } from '../../../runtime/resumable/flow.ts';
import type { Flow } from '../../../runtime/resumable/flow.ts';
import { unitOf } from '../../../runtime/resumable/link-units.ts';
import type { Unit } from '../../../runtime/resumable/unit.ts';

/** `resumable` as the engine sees it: a function stays itself, a compiled unit becomes a function that joins a flow. */
export function markResumable(marked: unknown): unknown {
  if (typeof marked === 'function') return marked;
  const unit = marked as Unit;
  const fn = (): never => {
    throw new Error('called outside a flow');
  };
  const join = (flow: Flow, self: unknown, args: unknown[]): unknown =>
    flow.start(rootData(unit), self, args);
  return Object.assign(fn, { [joinFlow]: join, [unitOf]: unit });
}
