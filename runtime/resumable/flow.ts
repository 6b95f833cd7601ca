import type { ValueClasses } from '../value-class.ts';
import { Activation } from './activation.ts';
import { Closure } from './closure.ts';
import { withFlow } from './current-flow.ts';
import type { ClosureData } from './closure.ts';
import { ResumableError } from './resumable-error.ts';
import { FloatingPromises } from './floating-promises.ts';
import type { FloatingPromise } from './floating-promises.ts';
import { isThenable } from './is-thenable.ts';
import { joinTasks, raceTasks } from './join-tasks.ts';
import { Task } from './task.ts';
import type { Outcome } from './task.ts';
import { TimerPromises } from './timer-promise.ts';
import { Timers } from './timer.ts';
import type { Timer } from './timer.ts';
import type { ResumableFunction } from './make-resumable.ts';
import { isMachine } from './unit.ts';
import type { Unit } from './unit.ts';
import { WrapperCalls } from './wrapper-calls.ts';
import { needsAnotherRound, waitsForClock } from './wait-graph.ts';

/** A request to the client as user code made it. */
export interface Ask {
  readonly method: string;
  readonly params: unknown;
  /** Made in a way that never validated the answer (`send`, `request`). */
  readonly unvalidated?: boolean;
  /** How long the caller waits for the answer, in milliseconds, and when that is over (since 1970). */
  readonly timeout?: number;
  readonly deadline?: number;
  /** Sends it over the session, as the uncompiled code would have. */
  readonly send?: () => Promise<unknown>;
}

/** An ask with the key of its answer, unique among those that are open. */
export interface KeyedAsk extends Omit<Ask, 'send'> {
  readonly key: string;
}

/** How an ask leaves the server; the difference between the eras. */
export interface AskTransport {
  /** A promise: the answer comes in this round. `undefined`: the round ends with the question. */
  push(ask: KeyedAsk & Ask): Promise<unknown> | undefined;
  /** What is asked is kept beside the continuation, which then does without. */
  readonly keepsQuestions?: boolean;
}

/** Why `round` came back: the root has settled, or every activation waits, these are the open asks, and this is the rest. */
export type RoundEnd =
  | { readonly kind: 'settled'; readonly outcome: Outcome }
  | { readonly kind: 'waiting'; readonly asks: readonly Task[]; readonly state: string };

/** The waiting part of a flow as text, and the objects and running timers that this text stands for. */
export interface EncodedFlow {
  readonly state: string;
  readonly carried: ReadonlySet<object>;
  readonly timers: readonly Timer[];
}

export interface FlowOptions {
  readonly transport: AskTransport;
  /** How long the end of the round waits for promises that nobody awaits, in milliseconds. */
  readonly patience?: number;
  /** Classes whose instances the state may hold. */
  readonly classes?: ValueClasses;
}

/** What `instanceof` and the names of constructors tell of an async function (ECMA-262 27.7.3). */
const ASYNC_FUNCTION = Object.getPrototypeOf(async () => undefined) as object;

/** Marks functions that take part in a flow: called with the flow, they return a {@link Task}. */
export const joinFlow = Symbol.for('mrtr.joinFlow');

/** What is under {@link joinFlow}. `name` is what the caller calls the result. */
export type JoinFlow = (flow: Flow, self: unknown, args: readonly unknown[], name?: string) => unknown;

/**
 * All activations of one handler call. It counts the ones that run; when none does and the root has not settled, the
 * round is over and the waiting ones are the continuation.
 */
export class Flow {
  /** Unsettled tasks in order of creation. */
  readonly open = new Set<Task>();
  readonly keepsQuestions: boolean;
  readonly classes: ValueClasses;
  readonly timers = new Timers((run) => withFlow(this, run));
  /** Made when they are needed: weak maps cost the collector more than most rounds do otherwise. */
  #functions: WeakMap<ClosureData, ResumableFunction> | undefined;
  #dataOf: WeakMap<ResumableFunction, ClosureData> | undefined;
  readonly #transport: AskTransport;
  readonly #foreign = new Set<Task>();
  readonly #wrappers = new WrapperCalls();
  readonly #floating: FloatingPromises;
  #promises: TimerPromises | undefined;
  #running = 0;
  #end: ((end: RoundEnd) => void) | undefined;
  #root: Task | undefined;
  #encode: (root: Task) => EncodedFlow = () => ({ state: '', carried: new Set(), timers: [] });
  /** What the state holds, once the round has ended with asks: changing it any more would be lost. */
  #carried: ReadonlySet<object> | undefined;

  constructor({ transport, patience, classes = {} }: FlowOptions) {
    this.classes = classes;
    this.#transport = transport;
    this.keepsQuestions = transport.keepsQuestions === true;
    this.#floating = new FloatingPromises(patience);
  }

  get promises(): TimerPromises {
    return (this.#promises ??= new TimerPromises(this));
  }

  /**
   * Runs `begin`, which starts or wakes activations and names the root, until the round is over.
   * @param encode writes the state, when everything waits; throws ResumableError for what cannot be carried.
   */
  round(begin: () => Task, encode: (root: Task) => EncodedFlow): Promise<RoundEnd> {
    this.#encode = encode;
    return new Promise((resolve) => {
      this.#end = resolve;
      this.#running++;
      this.#root = begin();
      this.#root.onSettled((outcome) => this.#finish({ kind: 'settled', outcome }));
      this.#rest();
    });
  }

  start(data: ClosureData, self: unknown, args: readonly unknown[]): Task {
    if (this.#carried !== undefined) throw afterRound(`${data.unit.id} is called`);
    const activation = new Activation(this, data, self, args);
    this.open.add(activation.task);
    this.run(activation);
    return activation.task;
  }

  run(activation: Activation): void {
    const code = activation.data.unit.functions[activation.data.index];
    if (code === undefined || !isMachine(code)) throw new TypeError('not a resumable function');
    this.#running++;
    withFlow(this, () => code.run(activation)).then(
      (value) => this.#settle(activation.task, { ok: true, value }),
      (error: unknown) => this.#settle(activation.task, { ok: false, error }),
    );
  }

  /**
   * Starts an ask: answered in this round if the transport can push, else it waits for the next.
   * @param name what the answer is called; the key is made from it.
   */
  ask({ send, ...ask }: Ask, name = 'answer'): Task {
    if (this.#carried !== undefined) throw afterRound(`${ask.method} is asked for`);
    const keyed: KeyedAsk = { ...ask, key: this.#keyFor(name) };
    const task = Task.of(this, { kind: 'ask', ...keyed });
    this.open.add(task);
    const answer = this.#transport.push(send === undefined ? keyed : { ...keyed, send });
    if (answer === undefined) return task;
    task.isAnsweredNow = true;
    this.#running++;
    answer.then(
      (value) => this.#settle(task, { ok: true, value }),
      (error: unknown) => this.#settle(task, { ok: false, error }),
    );
    return task;
  }

  /** Settles an ask of an earlier round. */
  answer(task: Task, outcome: Outcome): void {
    this.#running++;
    this.#settle(task, outcome);
  }

  /** Parks the caller until `task` has settled. */
  park(caller: Task, task: Task): Promise<Outcome> {
    if (task.outcome !== undefined) return Promise.resolve(task.outcome);
    return new Promise((resolve) => {
      task.onSettled((outcome) => {
        this.#running++;
        resolve(outcome);
      });
      this.#checkForeign();
      if (this.open.has(caller)) this.#rest();
    });
  }

  call(callee: ResumableFunction | undefined, self: unknown, args: unknown[], name?: string): unknown {
    const join: unknown = typeof callee === 'function' ? Reflect.get(callee, joinFlow) : undefined;
    if (typeof join === 'function') return (join as JoinFlow)(this, self, args, name);
    if (typeof callee !== 'function') throw new TypeError(`${String(callee)} is not a function`);
    return this.#wrappers.call(callee, self, args);
  }

  all(members: Iterable<unknown>, settled: boolean): Promise<unknown> {
    return this.#combine(members, (list) => {
      if (list.some((member) => member instanceof Task)) return joinTasks(this, list, settled);
      return settled ? Promise.allSettled(list) : Promise.all(list);
    });
  }

  race(members: Iterable<unknown>): Promise<unknown> {
    return this.#combine(members, (list) =>
      list.some((member) => member instanceof Task) ? raceTasks(this, list) : Promise.race(list),
    );
  }

  /** The combinators reject where reading their members throws (ECMA-262 27.2.4.1). */
  #combine(
    members: Iterable<unknown>,
    combinator: (list: readonly unknown[]) => Promise<unknown>,
  ): Promise<unknown> {
    try {
      return combinator([...members]);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** A promise that compiled code starts and does not await here: the round does not end before it settles. */
  hold(value: unknown, origin: string): void {
    if (!(value instanceof Promise) || value instanceof Task || this.#carried !== undefined) return;
    this.#floating.add({ promise: value, origin });
  }

  /** The function over `data`; the same one each time, so that identity survives a round. */
  functionOf(data: ClosureData): ResumableFunction {
    const known = this.#functions?.get(data);
    if (known !== undefined) return known;
    const fn = this.#build(data);
    (this.#functions ??= new WeakMap()).set(data, fn);
    (this.#dataOf ??= new WeakMap()).set(fn, data);
    return fn;
  }

  dataOf(fn: ResumableFunction): ClosureData | undefined {
    return this.#dataOf?.get(fn);
  }

  /** Whether there is a function over `data` that code may hold. */
  isKnown(data: ClosureData): boolean {
    return this.#functions?.has(data) === true;
  }

  /**
   * Guards what a function captured against use after the round: a change would be missing from the state.
   * @param names of the captured variables.
   */
  guard(env: readonly unknown[], names: readonly string[], unit: Unit): readonly unknown[] {
    const carried = this.#carried;
    if (carried === undefined) return env;
    return new Proxy(env, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key);
        if (typeof value !== 'object' || value === null || !carried.has(value)) return value;
        throw afterRound(`\`${names[Number(key)] ?? String(key)}\` of ${unit.id} is used`);
      },
    });
  }

  /** Code that is not compiled waits for `task`: harmless unless the task needs another round. */
  noticeForeignWait(task: Task): void {
    this.#foreign.add(task);
    this.#checkForeign();
  }

  /** Ends the round with an error that no user code sees. */
  abort(error: ResumableError): void {
    this.#finish({ kind: 'settled', outcome: { ok: false, error } });
  }

  /** `member` of a combinator as a task. */
  adopt(member: unknown): Task {
    const task = Task.of(this, { kind: 'settled', outcome: { ok: true, value: member } });
    if (!isThenable(member)) return task;
    task.data = { kind: 'all', settled: false, members: [] };
    this.open.add(task);
    this.#running++;
    Promise.resolve(member).then(
      (value) => this.#settle(task, { ok: true, value }),
      (error: unknown) => this.#settle(task, { ok: false, error }),
    );
    return task;
  }

  /** Keeps the round from ending until what is returned is called. */
  keepRunning(): () => void {
    let isHeld = true;
    this.#running++;
    return () => {
      if (isHeld) this.#rest();
      isHeld = false;
    };
  }

  #build(data: ClosureData): ResumableFunction {
    const code = data.unit.functions[data.index];
    if (code === undefined)
      throw new ResumableError('stale-state', `${data.unit.id} has no function ${data.index}`);
    if (!isMachine(code)) return code.make(new Closure(this, data)) as ResumableFunction;
    const start = (self: unknown, args: readonly unknown[]): Task => this.start(data, self, args);
    // A method, like an async function, has no `prototype` and cannot be constructed.
    const holder: Record<'fn', ResumableFunction> = {
      fn(this: unknown, ...args: unknown[]): Task {
        return start(this, args);
      },
    };
    Object.setPrototypeOf(holder.fn, ASYNC_FUNCTION);
    return Object.defineProperties(holder.fn, {
      name: { value: code.name, configurable: true },
      length: { value: code.length, configurable: true },
    });
  }

  #keyFor(name: string): string {
    const taken = new Set([...this.open].map(({ data }) => (data.kind === 'ask' ? data.key : undefined)));
    let key = name;
    for (let ordinal = 2; taken.has(key); ordinal++) key = `${name}${ordinal}`;
    return key;
  }

  #settle(task: Task, outcome: Outcome): void {
    this.open.delete(task);
    task.settle(outcome);
    this.#rest();
  }

  #rest(): void {
    this.#running--;
    const root = this.#root;
    if (this.#running > 0 || root === undefined || root.outcome !== undefined || this.#end === undefined)
      return;
    // The next thing to happen is not an answer.
    if (waitsForClock(this.open)) return;
    try {
      // What cannot be carried is refused now: it may itself be what never settles.
      const { state, carried, timers } = this.#encode(root);
      if (!this.#floating.isEmpty) {
        this.#running++;
        void this.#floating.settle().then((late) => this.#settleFloating(late));
        return;
      }
      this.#carried = carried;
      for (const timer of timers) timer.stop();
      const asks = [...this.open].filter((task) => task.data.kind === 'ask');
      this.#finish({ kind: 'waiting', asks, state });
    } catch (error) {
      this.abort(error instanceof ResumableError ? error : new ResumableError('not-carried', String(error)));
    }
  }

  #settleFloating(late: FloatingPromise | undefined): void {
    if (late === undefined) {
      this.#rest();
      return;
    }
    const message = `The promise of \`${late.origin}\` is not awaited, and is still pending when the round ends: await it before the ask, or settle it.`;
    this.abort(new ResumableError('in-flight', message));
  }

  #finish(end: RoundEnd): void {
    this.#end?.(end);
    this.#end = undefined;
  }

  #checkForeign(): void {
    for (const task of this.#foreign) {
      if (!needsAnotherRound(task)) continue;
      this.abort(this.#wrappers.refuse(task));
      return;
    }
  }
}

function afterRound(what: string): ResumableError {
  const message = `${what} by code that runs after the round has ended (a timer, a listener): the state does not have what it does. Stop it before the ask.`;
  return new ResumableError('round-over', message);
}

/** The root function of a unit as closure data. */
export function rootData(unit: Unit): ClosureData {
  return { unit, index: 0, env: [] };
}
