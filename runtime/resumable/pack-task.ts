import type { KeyedAsk } from './flow.ts';
import type { Outcome, Task, TaskData } from './task.ts';

/** The kinds of tasks in a state: names would cost more than most values. */
const ACTIVATION = 0;
const ASK = 1;
const ALL = 2;
const SETTLED = 3;

export type PackedTask =
  | readonly [
      kind: typeof ACTIVATION,
      closure: unknown,
      label: number,
      slots: readonly unknown[],
      awaiting?: Task,
    ]
  | readonly [kind: typeof ASK, ask: Readonly<Record<string, unknown>>]
  | readonly [kind: typeof ALL, settled: boolean, members: readonly unknown[]]
  | readonly [kind: typeof SETTLED, outcome: Outcome];

/**
 * A task as it travels.
 * @param keepsQuestions what was asked is kept beside the continuation, so it is left out
 */
export function packTask(data: TaskData, keepsQuestions: boolean): PackedTask {
  switch (data.kind) {
    case 'activation': {
      const { closure, label, slots, awaiting } = data;
      return awaiting === undefined
        ? [ACTIVATION, closure, label, slots]
        : [ACTIVATION, closure, label, slots, awaiting];
    }
    case 'ask': {
      const { kind: _, params, ...ask } = data;
      return [ASK, keepsQuestions ? ask : { ...ask, params }];
    }
    case 'all':
      return [ALL, data.settled, data.members];
    case 'settled':
      return [SETTLED, data.outcome];
  }
}

/** What {@link packTask} packed. */
export function unpackTask(packed: PackedTask): TaskData {
  switch (packed[0]) {
    case ACTIVATION: {
      const [, closure, label, slots, awaiting] = packed;
      return { kind: 'activation', closure, label, slots, awaiting };
    }
    case ASK:
      return { kind: 'ask', ...(packed[1] as unknown as KeyedAsk) };
    case ALL:
      return { kind: 'all', settled: packed[1], members: packed[2] };
    case SETTLED:
      return { kind: 'settled', outcome: packed[1] };
  }
}
