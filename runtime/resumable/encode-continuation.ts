import { parse, stringify } from 'devalue';

import { Activation, argumentsOf } from './activation.ts';
import type { ClosureData } from './closure.ts';
import { carriedError, revivedError } from './carry-error.ts';
import type { EncodedFlow, Flow } from './flow.ts';
import { watchMembers } from './join-tasks.ts';
import { functionAt, linkUnits, unitAt, unitOf } from './link-units.ts';
import type { UnitPath } from './link-units.ts';
import { refuseLiveIteration } from './live-cursor.ts';
import { packTask, unpackTask } from './pack-task.ts';
import type { PackedTask } from './pack-task.ts';
import { refuseOpaqueValue } from './refuse-opaque-value.ts';
import { ResumableError } from './resumable-error.ts';
import { Task } from './task.ts';
import { Cursor, cursorFrom } from './cursor.ts';
import { isMachine } from './unit.ts';
import type { Unit } from './unit.ts';

interface Continuation {
  readonly root: Task;
  readonly open: readonly Task[];
}

/** What code cannot hold by value: found again from the new request (`ctx` and its parts). */
export type Anchors = ReadonlyMap<unknown, string>;

/**
 * Writes the waiting tasks of `flow` as text.
 * @throws {ResumableError} `not-carried`, naming function and variable, when a live value is not data.
 */
export function encodeContinuation(flow: Flow, root: Task, unit: Unit, anchors: Anchors): EncodedFlow {
  const carried = new WeakSet();
  const reducers = reducersOf(flow, linkUnits(unit), anchors, carried);
  const continuation: Continuation = { root, open: [...flow.open] };
  try {
    return { state: stringify(continuation, reducers), carried };
  } catch (error) {
    if (error instanceof ResumableError) throw error;
    throw new ResumableError('not-carried', describe(continuation, reducers, error), { cause: error });
  }
}

/**
 * Reads what {@link encodeContinuation} wrote into a new flow. Nothing runs yet.
 * @throws {ResumableError} `stale-state` when the state belongs to another version of the code.
 */
export function decodeContinuation(
  text: string,
  flow: Flow,
  unit: Unit,
  anchors: ReadonlyMap<string, unknown>,
): Continuation {
  try {
    const continuation = parse(text, revivers(flow, unit, anchors)) as Continuation;
    for (const task of continuation.open) {
      flow.open.add(task);
      reconnect(flow, task);
    }
    return continuation;
  } catch (error) {
    if (error instanceof ResumableError) throw error;
    // Only a holder of the key can have made it: an older format of ours, or somebody up to something.
    throw new ResumableError('stale-state', 'The state is not a continuation of this handler.', {
      cause: error,
    });
  }
}

function reconnect(flow: Flow, task: Task): void {
  const { data } = task;
  if (data.kind === 'all') watchMembers(flow, task, data.members as Task[], data.settled);
  if (data.kind !== 'activation' || data.awaiting === undefined) return;
  const activation = new Activation(flow, data.closure as ClosureData, undefined, [], task);
  data.awaiting.onSettled((outcome) => {
    activation.continueAt(data.label, data.slots, outcome);
    flow.run(activation);
  });
}

type PackedUnit = readonly [hash: string, ...path: UnitPath];

type Reducers = Record<string, (value: unknown) => unknown>;

function reducersOf(
  flow: Flow,
  paths: ReadonlyMap<Unit, UnitPath>,
  anchors: Anchors,
  carried: WeakSet<object>,
): Reducers {
  return {
    Anchor: (value) => anchors.get(value),
    Task: (value) => value instanceof Task && packTask(value.data, flow.keepsQuestions),
    Unit: (value) => isUnit(value) && reduceUnit(value, paths),
    Linked: (value) => {
      const linked =
        typeof value === 'function' ? (Reflect.get(value, unitOf) as Unit | undefined) : undefined;
      const path = linked === undefined ? undefined : paths.get(linked);
      return path !== undefined && { path };
    },
    Closure: (value) => (typeof value === 'function' ? flow.dataOf(value as () => unknown) : undefined),
    Cursor: (value) => value instanceof Cursor && value.data(),
    Arguments: (value) =>
      Object.prototype.toString.call(value) === '[object Arguments]' && Array.from(value as IArguments),
    // Every value comes by here before anything of it is read.
    Opaque: (value) => {
      refuseLiveIteration(value);
      refuseOpaqueValue(value);
      if (typeof value === 'object' && value !== null) carried.add(value);
      return false;
    },
    RegExp: (value) =>
      value instanceof RegExp && value.lastIndex !== 0 && [value.source, value.flags, value.lastIndex],
    Error: (value) => value instanceof Error && carriedError(value),
  };
}

function reduceUnit(unit: Unit, paths: ReadonlyMap<Unit, UnitPath>): PackedUnit {
  const path = paths.get(unit);
  if (path === undefined) {
    throw new TypeError(`the function ${unit.id} is not reachable by name from the handler that called it`);
  }
  return [unit.hash, ...path];
}

function revivers(flow: Flow, root: Unit, anchors: ReadonlyMap<string, unknown>): Reducers {
  const tasks = new Map<unknown, Task>();
  return {
    Anchor: (value) => {
      const name = value as string;
      if (anchors.has(name)) return anchors.get(name);
      throw new ResumableError('stale-state', `The request has no ${name}, which the one before had.`);
    },
    Task: (value) => {
      // A task that leads back to itself comes by twice, and the first time before all of it has been read.
      const data = unpackTask(value as PackedTask);
      const task = tasks.get(value) ?? Task.of(flow, data);
      task.data = data;
      tasks.set(value, task);
      return task;
    },
    Unit: (value) => {
      const [hash, ...path] = value as PackedUnit;
      const unit = unitAt(root, path);
      if (unit?.hash === hash) return unit;
      throw new ResumableError('stale-state', 'The state was made by another version of this handler.');
    },
    Linked: (value) => {
      const { path } = value as { path: UnitPath };
      return path.length === 0 ? root : functionAt(root, path);
    },
    Closure: (value) => flow.functionOf(value as ClosureData),
    Cursor: (value) => cursorFrom(value),
    Arguments: (value) => argumentsOf(value as unknown[]),
    RegExp: (value) => {
      const [source, flags, lastIndex] = value as [string, string, number];
      return Object.assign(new RegExp(source, flags), { lastIndex });
    },
    Error: (value) => revivedError(value),
  };
}

function isUnit(value: unknown): value is Unit {
  return (
    typeof value === 'object' && value !== null && 'links' in value && 'functions' in value && 'hash' in value
  );
}

/** Names the first live variable that cannot be carried; the paths of the encoder speak of slots. */
function describe({ open }: Continuation, reducers: Reducers, error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error);
  for (const { data } of open) {
    if (data.kind !== 'activation') continue;
    const { unit, index } = data.closure as ClosureData;
    const code = unit.functions[index];
    const culprit = data.slots.findIndex((slot) => !isCarried(slot, reducers));
    if (culprit < 0 || code === undefined || !isMachine(code)) continue;
    const name = code.names[data.label]?.[culprit] ?? `#${culprit}`;
    return `\`${name}\` of ${unit.id} is needed after the ask but cannot be carried: ${reason}`;
  }
  return `the continuation cannot be carried: ${reason}`;
}

function isCarried(value: unknown, reducers: Reducers): boolean {
  try {
    stringify(value, reducers);
    return true;
  } catch {
    return false;
  }
}
