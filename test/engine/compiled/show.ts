import { types } from 'node:util';

import { stringify } from 'devalue';

import type { Outcome } from '../../../runtime/resumable/task.ts';

/** Tells apart what JSON confuses (undefined, NaN, -0, shared references), in whichever realm the value was made. */
export function show(value: unknown): string {
  if (types.isNativeError(value)) {
    // Engines quote the source in these messages.
    if (value.name === 'TypeError' && / is not |was called on/.test(value.message)) return 'TypeError';
    return value.name === 'ResumableError' ? `refused ${value.message}` : `${value.name}(${value.message})`;
  }
  if (typeof value === 'string') return value;
  return stringify(value, {
    Function: (item: unknown) => typeof item === 'function',
    Error: (item: unknown) => types.isNativeError(item) && show(item),
  });
}

export function showOutcome(outcome: Outcome): string {
  return outcome.ok ? `value ${show(outcome.value)}` : `error ${show(outcome.error)}`;
}
