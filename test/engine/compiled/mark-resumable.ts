import { joinFlow, rootData } from '../../../runtime/resumable/flow.ts';
import type { Flow } from '../../../runtime/resumable/flow.ts';
import { unitOf } from '../../../runtime/resumable/link-units.ts';
import type { ResumableFunction } from '../../../runtime/resumable/make-resumable.ts';
import { markMethods } from '../../../runtime/resumable/mark-methods.ts';
import type { MethodMark } from '../../../runtime/resumable/mark-methods.ts';
import type { Unit } from '../../../runtime/resumable/unit.ts';

/** `resumable` as the engine sees it: a function stays itself, a compiled unit becomes a function that joins a flow. */
export function markResumable(marked: unknown, ...methods: MethodMark[]): unknown {
  if (methods.length > 0) {
    markMethods(marked as Parameters<typeof markMethods>[0], methods, {
      uncompiled: (method) => method,
      compiled,
    });
    return undefined;
  }
  return typeof marked === 'function' ? marked : compiled(marked as Unit);
}

function compiled(unit: Unit): ResumableFunction {
  const fn = (): never => {
    throw new Error('called outside a flow');
  };
  const join = (flow: Flow, self: unknown, args: unknown[]): unknown =>
    flow.start(rootData(unit), self, args);
  return Object.assign(fn, { [joinFlow]: join, [unitOf]: unit });
}
