import { parse } from 'devalue';

import { classConverters } from '../encode-values.ts';
import { unpackRemedy } from '../remedies.ts';
import type { PackedRemedy } from '../remedies.ts';
import { Activation, argumentsOf } from './activation.ts';
import { valueIn } from './anchors.ts';
import type { Anchors } from './anchors.ts';
import { revivedError } from './carry-error.ts';
import { closeAgain } from './closed-objects.ts';
import type { ClosureData } from './closure.ts';
import { parsePlainBody, splitContinuation, unpackUnit } from './continuation-text.ts';
import type { FrameNames, PackedUnit } from './continuation-text.ts';
import { cursorFrom } from './cursor.ts';
import { rootData } from './flow.ts';
import type { Flow } from './flow.ts';
import { watchMembers, watchRace } from './join-tasks.ts';
import { findUnit, objectAt, unitAt, valueAt } from './link-units.ts';
import type { Receiver, UnitPath } from './link-units.ts';
import { migrateFrame } from './migrate-frame.ts';
import { isPackedHandled, isPackedRival, unpackPlainly, unpackTask } from './pack-task.ts';
import type { ContinuationBody, PackedTask } from './pack-task.ts';
import { ResumableError } from './resumable-error.ts';
import { staleState } from './stale-state.ts';
import type { DecideUpgrade, StaleState, VersionDifference } from './stale-state.ts';
import { Task } from './task.ts';
import type { PackedTimer, Timer } from './timer.ts';
import { isMachine } from './unit.ts';
import type { Unit } from './unit.ts';

/** The tasks that were waiting when the round before ended; nothing of them runs yet. */
export interface DecodedContinuation {
  readonly root: Task;
  readonly open: readonly Task[];
  /** How many frames were taken over from another version of their functions. */
  readonly migrated: number;
}

/**
 * Reads what `encodeContinuation` wrote into a new flow.
 * @param decide what becomes of frames of another version of the code.
 * @throws {StaleState} when the state belongs to another version of the code and is not migrated.
 */
export function decodeContinuation(
  text: string,
  flow: Flow,
  origin: Receiver,
  anchors: Anchors,
  decide: DecideUpgrade = () => 'reject',
): DecodedContinuation {
  try {
    const reader = new ContinuationReader(flow, origin, anchors, decide);
    const open = reader.read(text);
    const [root] = open;
    if (root?.data.kind !== 'activation') throw new TypeError('no call of the handler is open');
    return { root, open, migrated: reader.migrated };
  } catch (error) {
    if (error instanceof ResumableError) throw error;
    // Only a holder of the key can have made it: an older format of ours, or somebody up to something.
    throw staleState('form', decide, { cause: error });
  }
}

/** Makes the tasks wait for each other again: answers to the asks among them wake the others. */
export function reconnect(flow: Flow, { open }: DecodedContinuation): void {
  for (const task of open) flow.open.add(task);
  for (const task of open) reconnectTask(flow, task);
}

function reconnectTask(flow: Flow, task: Task): void {
  const { data } = task;
  if (data.kind === 'race') watchRace(flow, task, data.members);
  if (data.kind === 'all') watchMembers(flow, task, data.members as Task[], data.settled);
  if (data.kind !== 'activation' || data.awaiting === undefined) return;
  const activation = new Activation(flow, data.closure as ClosureData, undefined, [], task);
  data.awaiting.onSettled((outcome) => {
    activation.continueAt(data.label, data.slots, outcome);
    flow.run(activation);
  });
}

/** A machine that is entered at a label that it does not have would never end. */
function assertLabel(unit: Unit, index: number, label: number): void {
  const code = unit.functions[index];
  if (code === undefined || !isMachine(code) || !Object.hasOwn(code.names, label))
    throw new TypeError(`${unit.id} has no label ${label} in function ${index}`);
}

interface FoundUnit {
  readonly unit: Unit;
  readonly path: UnitPath;
  /** The version that the state is of, when it is another. */
  readonly from?: string;
}

class ContinuationReader {
  migrated = 0;
  readonly #flow: Flow;
  readonly #root: Receiver;
  readonly #anchors: Anchors;
  readonly #decide: DecideUpgrade;
  readonly #open: Task[] = [];
  /** By their packed form: a task that leads back to itself comes by twice, first before all of it has been read. */
  readonly #others = new Map<unknown, Task>();
  readonly #timers = new Map<unknown, Timer>();
  #units: readonly FoundUnit[] = [];

  constructor(flow: Flow, root: Receiver, anchors: Anchors, decide: DecideUpgrade) {
    this.#flow = flow;
    this.#root = root;
    this.#anchors = anchors;
    this.#decide = decide;
  }

  read(text: string): readonly Task[] {
    const { units, frames, body } = splitContinuation(text);
    this.#units = units.map((packed) => this.#find(packed));
    const plain = parsePlainBody(body) as PackedTask[] | undefined;
    const packed =
      plain?.map((task) => unpackPlainly(task, (name) => this.#anchor(name))) ?? this.#parse(body);
    for (const [index, task] of packed.entries()) this.#fill(this.#openTask(index), task);
    if (Object.keys(this.#open).length !== packed.length) throw new TypeError('a task is missing');
    for (const [index, task] of this.#open.entries()) this.#settleVersion(task, frames?.[index]);
    return this.#open;
  }

  #parse(body: string): readonly PackedTask[] {
    const parsed = parse(body, this.#revivers()) as ContinuationBody;
    if (!('tasks' in parsed)) return parsed;
    if (parsed.closed !== undefined) closeAgain(parsed.closed);
    return parsed.tasks;
  }

  #fill(task: Task, packed: PackedTask): void {
    task.isRival = isPackedRival(packed);
    if (isPackedHandled(packed)) {
      task.isHandled = true;
      task.onSettled(() => undefined);
    }
    task.data = unpackTask(packed, {
      taskAt: (index) => this.#openTask(index),
      rootOf: (index) => rootData(this.#unit(index).unit),
    });
  }

  #openTask(index: number): Task {
    return (this.#open[index] ??= Task.of(this.#flow, { kind: 'all', settled: false, members: [] }));
  }

  #find(packed: PackedUnit): FoundUnit {
    const { hash, id, path } = unpackUnit(packed);
    const unit = unitAt(this.#root, path);
    if (unit?.hash === hash) return { unit, path };
    const isRoot = path.length === 0;
    // Without names nothing can be taken over from another version.
    if (id === undefined && unit !== undefined) throw this.#changed({ unit, path, from: hash });
    // Another version of the handler may list what it calls in another order.
    const found = isRoot ? { unit: this.#root.unit, path } : findUnit(this.#root, id ?? '');
    if (found === undefined) throw staleState('missing', this.#decide, { from: hash });
    return found.unit.hash === hash ? found : { ...found, from: hash };
  }

  #changed({ unit, from = '' }: FoundUnit, difference: VersionDifference = 'changed'): StaleState {
    return staleState(difference, this.#decide, { handler: unit.id, from, to: unit.hash });
  }

  /** An activation is at a label of this version of its function: of the same, or after its frame has been migrated. */
  #settleVersion(task: Task, names: FrameNames | 0 | undefined): void {
    const { data } = task;
    if (data.kind !== 'activation') return;
    const { unit, index } = data.closure as ClosureData;
    const changed = this.#units.find((found) => found.unit === unit && found.from !== undefined);
    if (changed?.from === undefined) {
      assertLabel(unit, index, data.label);
      return;
    }
    if (index !== 0 || names === undefined || names === 0) throw this.#changed(changed, 'unmigratable');
    const frame = { unit, from: changed.from, slots: data.slots, names };
    task.data = { ...data, ...migrateFrame(frame, this.#decide) };
    this.migrated++;
  }

  #unit(index: number): FoundUnit {
    const found = this.#units[index];
    if (found === undefined) throw new TypeError(`there is no unit ${index}`);
    return found;
  }

  #anchor(name: string): unknown {
    const found = valueIn(this.#anchors, name);
    if (found !== undefined) return found[0];
    if (/^(?:this|link)\./.test(name)) return this.#outside(name);
    throw staleState('request', this.#decide);
  }

  #outside(name: string): unknown {
    // Another version may name what it uses in another order.
    const changed = this.#units.find(({ from }) => from !== undefined);
    if (changed !== undefined) throw this.#changed(changed, 'unmigratable');
    const found = objectAt(this.#root, name);
    if ((typeof found === 'object' && found !== null) || typeof found === 'function') return found;
    throw staleState('missing', this.#decide);
  }

  #function({ unit, path }: FoundUnit): unknown {
    return path.length === 0 ? this.#flow.functionOf(rootData(unit)) : valueAt(this.#root, path);
  }

  #task(packed: PackedTask | readonly [index: number]): Task {
    if (packed.length === 1 && typeof packed !== 'string') return this.#openTask(packed[0]);
    const known = this.#others.get(packed);
    const task = known ?? Task.of(this.#flow, { kind: 'all', settled: false, members: [] });
    this.#others.set(packed, task);
    this.#fill(task, packed as PackedTask);
    return task;
  }

  /** A callback may lead back to its timer. */
  #timer(packed: PackedTimer): Timer {
    const timer = this.#timers.get(packed) ?? this.#flow.timers.restore();
    this.#timers.set(packed, timer);
    this.#flow.timers.update(timer, packed);
    return timer;
  }

  #revivers(): Record<string, (value: unknown) => unknown> {
    return {
      Anchor: (value) => this.#anchor(value as string),
      Task: (value) => this.#task(value as PackedTask),
      Timer: (value) => this.#timer(value as PackedTimer),
      Settler: (value) => {
        const [task, name] = value as [Task, 'resolve' | 'reject'];
        return this.#flow.promises.settlerOf(task, name);
      },
      Unit: (value) => {
        const found = this.#unit((value as [number])[0]);
        // A function made by another version: which of this one it would be, no name tells.
        if (found.from !== undefined) throw this.#changed(found, 'unmigratable');
        return found.unit;
      },
      Linked: (value) => this.#function(this.#unit((value as [number])[0])),
      Closure: (value) => this.#flow.functionOf(value as ClosureData),
      Cursor: (value) => cursorFrom(value),
      Remedy: (value) => unpackRemedy(value as PackedRemedy),
      Arguments: (value) => argumentsOf(value as unknown[]),
      RegExp: (value) => {
        const [source, flags, lastIndex] = value as [string, string, number];
        return Object.assign(new RegExp(source, flags), { lastIndex });
      },
      Error: (value) => revivedError(value),
      ...classConverters(this.#flow.classes).revivers,
    };
  }
}
