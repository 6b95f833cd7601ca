import { stringify } from 'devalue';

import { classConverters } from '../encode-values.ts';
import { nameIn } from './anchors.ts';
import type { Anchors } from './anchors.ts';
import { isProxy } from '../is-proxy.ts';
import { packRemedy } from '../remedies.ts';
import { carriedError } from './carry-error.ts';
import { collectClosed } from './closed-objects.ts';
import type { ClosedObjects } from './closed-objects.ts';
import type { ClosureData } from './closure.ts';
import { printContinuation, printPlainBody } from './continuation-text.ts';
import type { FrameNames } from './continuation-text.ts';
import { Cursor } from './cursor.ts';
import type { EncodedFlow, Flow } from './flow.ts';
import { findLinked, unitOf } from './link-units.ts';
import type { Receiver } from './link-units.ts';
import { refuseLiveIteration } from './live-cursor.ts';
import { packPlainly, packTask } from './pack-task.ts';
import type { ContinuationBody, TaskPacking } from './pack-task.ts';
import { isPlainTree } from './plain-tree.ts';
import { refuseChangedFunction, refuseOpaqueValue } from './refuse-opaque-value.ts';
import { ResumableError } from './resumable-error.ts';
import { Task } from './task.ts';
import { Timer } from './timer.ts';
import { askBehind } from './wait-graph.ts';
import { UnitList } from './unit-list.ts';
import { isMachine, isUnit } from './unit.ts';
import { REMEDIES, whyNotCarried } from './why-not-carried.ts';
import type { Unit } from './unit.ts';

/**
 * Writes the waiting tasks of `flow` as text.
 * @param keepsNames whether the state says what its slots mean, for other versions and for people.
 * @throws {ResumableError} `not-carried`, naming function and variable, when a live value is not data.
 */
export function encodeContinuation(
  flow: Flow,
  root: Task,
  origin: Receiver,
  requestAnchors: Anchors,
  keepsNames = false,
): EncodedFlow {
  const linked = findLinked(origin);
  const units = new UnitList(linked.units);
  const anchors = [...requestAnchors, linked.objects];
  const open = [root, ...[...flow.open].filter((task) => task !== root)];
  const packing: TaskPacking = { flow, open, unitIndex: (mentioned) => units.indexOf(mentioned) };
  const reached = nothingReached();
  const reducers = (): Reducers => reducersOf(packing, units, anchors, reached);
  try {
    const body = printTasks(packing, anchors, reached.carried) ?? encodeTasks(packing, reached, reducers);
    const { carried, timers } = reached;
    const names = keepsNames ? { frames: open.map(frameNames) } : {};
    return { state: printContinuation({ units: units.pack(keepsNames), ...names, body }), carried, timers };
  } catch (error) {
    if (error instanceof ResumableError) throw error;
    throw new ResumableError('not-carried', describe(open, reducers(), error), { cause: error });
  }
}

/** What the encoding comes across. */
interface Reached {
  readonly carried: Set<object>;
  readonly timers: Timer[];
  /** The timers that may settle promises. */
  readonly promised: Set<Timer>;
  readonly closed: ClosedObjects;
}

function nothingReached(): Reached {
  return { carried: new Set(), timers: [], promised: new Set(), closed: new Map() };
}

/** Once more when something was found frozen on the way, which is rare: what is frozen has to be said at the end. */
function encodeTasks(packing: TaskPacking, reached: Reached, reducers: () => Reducers): string {
  const body = stringify(bodyOf(packing, reached), reducers());
  if (reached.closed.size === 0) return body;
  reached.timers.length = 0;
  return stringify(bodyOf(packing, reached), reducers());
}

/**
 * The timers that may settle promises come behind all that leads to those, so that no promise leads back to itself. They
 * are found on the way: the members of a set are visited even when they come late (ECMA-262 24.2.6.1).
 */
function bodyOf(packing: TaskPacking, { promised, closed }: Reached): ContinuationBody {
  const tasks = packing.open.map((task) => packTask(task, packing));
  const timers = packing.flow.timers.isUsed ? { timers: promised } : {};
  const rest = closed.size > 0 ? { ...timers, closed } : timers;
  return Object.keys(rest).length > 0 ? { tasks, ...rest } : tasks;
}

type Reducers = Record<string, (value: unknown) => unknown>;

/** The tasks as plain JSON, which is what most flows leave; undefined when a value of theirs needs an encoding. */
function printTasks(packing: TaskPacking, anchors: Anchors, carried: Set<object>): string | undefined {
  const isSpecial = (value: object): boolean => nameIn(anchors, value) !== undefined;
  const packed: unknown[] = [];
  for (const task of packing.open) {
    const given = packTask(task, packing);
    const plain = packPlainly(given, anchors);
    if (plain === undefined) return undefined;
    if (!plain.values.every((value) => isPlainTree(value, carried, isSpecial))) return undefined;
    packed.push(plain.task);
  }
  return printPlainBody(packed);
}

function reducersOf(
  packing: TaskPacking,
  units: UnitList,
  anchors: Anchors,
  { carried, timers, promised, closed }: Reached,
): Reducers {
  const { flow, open } = packing;
  return {
    Anchor: (value) => nameIn(anchors, value),
    Task: (value) => {
      if (!(value instanceof Task)) return false;
      if (value.data.kind === 'promise')
        for (const timer of value.data.timers) if (timer.isActive) promised.add(timer);
      return open.includes(value) ? [open.indexOf(value)] : packTask(value, packing);
    },
    Timer: (value) => {
      if (!(value instanceof Timer)) return false;
      if (value.isActive) timers.push(value);
      return value.pack();
    },
    Settler: (value) => {
      const settled = typeof value === 'function' ? flow.promises.settledBy(value) : undefined;
      return settled && [settled.task, settled.name];
    },
    Unit: (value) => isUnit(value) && [units.indexOf(value)],
    Linked: (value) => {
      const linked =
        typeof value === 'function' ? (Reflect.get(value, unitOf) as Unit | undefined) : undefined;
      return linked !== undefined && units.has(linked) && [units.indexOf(linked)];
    },
    Closure: (value) => {
      const data = typeof value === 'function' ? flow.dataOf(value as () => unknown) : undefined;
      if (data !== undefined) refuseChangedFunction(value as () => unknown);
      return data;
    },
    Cursor: (value) => value instanceof Cursor && value.data(),
    Remedy: packRemedy,
    Arguments: (value) =>
      Object.prototype.toString.call(value) === '[object Arguments]' && Array.from(value as IArguments),
    ...classConverters(flow.classes).reducers,
    // Every value comes by here before anything of it is read.
    Opaque: (value) => {
      refuseLiveIteration(value);
      if (isProxy(value)) throw new TypeError(`a proxy; ${REMEDIES}.`);
      refuseOpaqueValue(value);
      if (typeof value !== 'object' || value === null) return false;
      carried.add(value);
      collectClosed(value, closed);
      return false;
    },
    RegExp: (value) => value instanceof RegExp && [value.source, value.flags, value.lastIndex],
    Error: (value) => value instanceof Error && carriedError(value),
  };
}

function frameNames({ data }: Task): FrameNames | 0 {
  if (data.kind !== 'activation') return 0;
  const { unit, index } = data.closure as ClosureData;
  const code = unit.functions[index];
  if (code === undefined || !isMachine(code)) return 0;
  const point = code.points[data.label];
  const slots = code.names[data.label] ?? [];
  return point === undefined ? { slots } : { point, slots };
}

/** Names the first live variable that cannot be carried; the paths of the encoder speak of slots. */
function describe(open: readonly Task[], reducers: Reducers, error: unknown): string {
  const reason = whyNotCarried(error);
  for (const { data } of open) {
    if (data.kind !== 'activation') continue;
    const { unit, index } = data.closure as ClosureData;
    const code = unit.functions[index];
    const culprit = data.slots.findIndex((slot) => !isCarried(slot, reducers));
    if (culprit < 0 || code === undefined || !isMachine(code)) continue;
    const name = code.names[data.label]?.[culprit]?.replace(/^[#&]/, '') ?? '';
    const subject = name === '' ? 'an intermediate value' : `\`${name}\``;
    const ask = data.awaiting && askBehind(data.awaiting);
    const after = ask === undefined ? 'the ask' : `the ask \`${ask.key}\``;
    return `${subject} of ${unit.id} is needed after ${after} but cannot be carried: ${reason}`;
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
