import { nameIn } from './anchors.ts';
import type { Anchors } from './anchors.ts';
import type { ClosedObjects } from './closed-objects.ts';
import type { Flow, KeyedAsk } from './flow.ts';
import type { ClosureData } from './closure.ts';
import type { Outcome, Task, TaskData } from './task.ts';
import type { Timer } from './timer.ts';
import type { Unit } from './unit.ts';
import { refuseUncarriedTask } from './wait-graph.ts';
import { waitRefusal } from './wrapper-calls.ts';

/** The kinds of tasks in a state: names would cost more than most values. */
const ROOT = 0;
const NESTED = 1;
const ALL = 2;
const ASK = 3;
const SETTLED = 4;
const RACE = 5;
const PROMISE = 6;
const RIVAL = 7;
const LEFT = 8;

/** What most flows ask for; an ask of it that has nothing else to it is packed as its key alone. */
const USUAL_METHOD = 'elicitation/create';

/** A task by its place among the open ones; any other by itself. */
type Reference = number | Task | undefined;

export type PackedTask =
  | string
  | readonly [kind: typeof ASK, ask: Readonly<Record<string, unknown>>]
  /** A call of the marked function of a unit, which is given by its place in the list of units. */
  | readonly [kind: typeof ROOT, unit: number, label: number, slots: readonly unknown[], awaiting: Reference]
  /** A call of a function that itself has a place in the state. */
  | readonly [
      kind: typeof NESTED,
      closure: unknown,
      label: number,
      slots: readonly unknown[],
      awaiting: Reference,
    ]
  | readonly [kind: typeof ALL, settled: boolean, members: readonly unknown[]]
  | readonly [kind: typeof SETTLED, outcome: Outcome]
  | readonly [kind: typeof RACE, members: readonly Task[]]
  /** The second makes it longer than the place of an open task. */
  | readonly [kind: typeof PROMISE, nothing: 0]
  /** A call that is, or was, a member of a race. */
  | readonly [kind: typeof RIVAL, call: PackedTask]
  /** What a combinator no longer waits for, but has taken the rejection of. */
  | readonly [kind: typeof LEFT, task: PackedTask];

/** All that an encoded body holds: the tasks alone, unless something else has to go with them. */
export type ContinuationBody = readonly PackedTask[] | ContinuationParts;

interface ContinuationParts {
  readonly tasks: readonly PackedTask[];
  readonly timers?: ReadonlySet<Timer>;
  readonly closed?: ClosedObjects;
}

/** What packing needs to know of the flow whose tasks are packed. */
export interface TaskPacking {
  readonly flow: Flow;
  /** The open tasks. */
  readonly open: readonly Task[];
  /** The place of a unit in the list of those that the state mentions. */
  readonly unitIndex: (unit: Unit) => number;
}

/** What unpacking needs to know of the flow that the tasks become part of. */
interface TaskUnpacking {
  readonly taskAt: (index: number) => Task | undefined;
  /** The marked function of a unit in the list of those that the state mentions. */
  readonly rootOf: (unit: number) => unknown;
}

/**
 * A task as it travels: an open one in the list of those, any other where it is mentioned.
 * @throws {ResumableError} `foreign-wait` for one that would not go on as it would have in this round
 */
export function packTask(task: Task, packing: TaskPacking): PackedTask {
  refuseUncarriedTask(task);
  if (task.wrapper !== undefined) throw waitRefusal(task, task.wrapper);
  const packed = packData(task.data, packing);
  if (task.isRival && task.data.kind === 'activation') return [RIVAL, packed];
  return task.isHandled && !isJoined(task, packing.open) ? [LEFT, packed] : packed;
}

function isJoined(task: Task, open: readonly Task[]): boolean {
  return open.some(
    ({ data }) => (data.kind === 'all' || data.kind === 'race') && data.members.includes(task),
  );
}

function packData(data: TaskData, packing: TaskPacking): PackedTask {
  switch (data.kind) {
    case 'activation': {
      const { label, slots, awaiting } = data;
      const closure = data.closure as ClosureData;
      const reference = awaiting === undefined ? undefined : referTo(awaiting, packing);
      return isRoot(closure, packing.flow)
        ? [ROOT, packing.unitIndex(closure.unit), label, slots, reference]
        : [NESTED, closure, label, slots, reference];
    }
    case 'ask': {
      const { kind: _, params, ...rest } = data;
      const isUsual = rest.method === USUAL_METHOD && Object.keys(rest).length === 2;
      if (packing.flow.keepsQuestions) return isUsual ? rest.key : [ASK, rest];
      return [ASK, { ...rest, params }];
    }
    case 'all':
      return [ALL, data.settled, data.members];
    case 'settled':
      return [SETTLED, data.outcome];
    case 'race':
      return [RACE, data.members];
    case 'promise':
      return [PROMISE, 0];
    case 'native':
      throw new TypeError('it is a promise that is still pending');
  }
}

/** What stands for `undefined` among the special slots. */
const UNDEFINED = 0;

/** A packed task without the slots that are not plain JSON but need no encoding: the new request has them, or they are nothing. */
type PlainTask =
  PackedTask | readonly [...task: readonly unknown[], special: Readonly<Record<number, string | number>>];

/**
 * A packed task as plain JSON writes it, as far as that does not depend on `values`, which have to be plain trees.
 * @returns undefined for a task that needs the encoding of values.
 */
export function packPlainly(
  packed: PackedTask,
  anchors: Anchors,
): { readonly task: PlainTask; readonly values: readonly unknown[] } | undefined {
  if (typeof packed === 'string') return { task: packed, values: [] };
  if (packed[0] === ASK) return { task: packed, values: [packed[1]] };
  if (packed[0] !== ROOT || typeof packed[4] !== 'number') return undefined;
  const [kind, unit, label, slots, awaiting] = packed;
  const special: Record<number, string | number> = {};
  const values = slots.map((slot, index) => {
    const name = slot === undefined ? UNDEFINED : nameIn(anchors, slot);
    if (name === undefined) return slot;
    special[index] = name;
    return 0;
  });
  const task = [kind, unit, label, values, awaiting] as const;
  return { task: Object.keys(special).length === 0 ? task : [...task, special], values };
}

/** What {@link packPlainly} packed, with its slots complete. */
export function unpackPlainly(task: PlainTask, anchorOf: (name: string) => unknown): PackedTask {
  if (typeof task === 'string' || task[0] !== ROOT || task.length < 6) return task as PackedTask;
  const [kind, unit, label, values, awaiting, special] = task as readonly unknown[];
  const slots = [...(values as readonly unknown[])];
  for (const [index, name] of Object.entries(special as Record<string, string | number>))
    slots[Number(index)] = name === UNDEFINED ? undefined : anchorOf(String(name));
  return [kind, unit, label, slots, awaiting] as PackedTask;
}

/** Whether what is packed is, or was, a member of a race. */
export function isPackedRival(packed: PackedTask): boolean {
  return packed[0] === RIVAL;
}

/** Whether what is packed was a member of a combinator that is settled, or may be. */
export function isPackedHandled(packed: PackedTask): boolean {
  return isPackedRival(packed) || packed[0] === LEFT;
}

/** What {@link packTask} packed. */
export function unpackTask(packed: PackedTask, unpacking: TaskUnpacking): TaskData {
  if (typeof packed === 'string')
    return { kind: 'ask', key: packed, method: USUAL_METHOD, params: undefined };
  switch (packed[0]) {
    case ROOT:
    case NESTED: {
      const [kind, called, label, slots, reference] = packed;
      const closure = kind === ROOT ? unpacking.rootOf(called) : called;
      const awaiting = typeof reference === 'number' ? unpacking.taskAt(reference) : reference;
      return { kind: 'activation', closure, label, slots, awaiting };
    }
    case ALL:
      return { kind: 'all', settled: packed[1], members: packed[2] };
    case ASK:
      return { kind: 'ask', ...(packed[1] as unknown as KeyedAsk) };
    case SETTLED:
      return { kind: 'settled', outcome: packed[1] };
    case RACE:
      return { kind: 'race', members: packed[1] };
    case PROMISE:
      return { kind: 'promise', timers: [] };
    case RIVAL:
    case LEFT:
      return unpackTask(packed[1], unpacking);
  }
}

/** A function that only its unit tells from others: nothing else in the state can be the same one. */
function isRoot(closure: ClosureData, flow: Flow): boolean {
  return closure.index === 0 && closure.env.length === 0 && !flow.isKnown(closure);
}

function referTo(task: Task, { open }: TaskPacking): Reference {
  const index = open.indexOf(task);
  return index < 0 ? task : index;
}
