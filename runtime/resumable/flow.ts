import { Activation } from './activation.ts';
import { Closure } from './closure.ts';
import { withFlow } from './current-flow.ts';
import type { ClosureData } from './closure.ts';
import { ResumableError } from './resumable-error.ts';
import { Task } from './task.ts';
import type { Outcome } from './task.ts';
import { isMachine } from './unit.ts';
import type { Unit } from './unit.ts';

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
}

/** Why `run` came back: the root has settled, or every activation waits and these are the open asks. */
export type RoundEnd =
  | { readonly kind: 'settled'; readonly outcome: Outcome }
  | { readonly kind: 'waiting'; readonly asks: readonly Task[] };

type ResumableFunction = (...args: unknown[]) => unknown;

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
  readonly #functions = new WeakMap<ClosureData, ResumableFunction>();
  readonly #dataOf = new WeakMap<ResumableFunction, ClosureData>();
  readonly #transport: AskTransport;
  readonly #foreign = new Set<Task>();
  #running = 0;
  #end: ((end: RoundEnd) => void) | undefined;
  #root: Task | undefined;

  constructor(transport: AskTransport) {
    this.#transport = transport;
  }

  /** Runs `begin`, which starts or wakes activations and names the root, until the round is over. */
  round(begin: () => Task): Promise<RoundEnd> {
    return new Promise((resolve) => {
      this.#end = resolve;
      this.#running++;
      this.#root = begin();
      this.#root.onSettled((outcome) => this.#finish({ kind: 'settled', outcome }));
      this.#rest();
    });
  }

  start(data: ClosureData, self: unknown, args: readonly unknown[]): Task {
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
    return Reflect.apply(callee as ResumableFunction, self, args);
  }

  all(members: Iterable<unknown>, settled: boolean): Promise<unknown> {
    const list = [...members];
    if (!list.some((member) => member instanceof Task)) {
      return settled ? Promise.allSettled(list) : Promise.all(list);
    }
    const tasks = list.map((member) => (member instanceof Task ? member : this.#adopt(member)));
    const join = Task.of(this, { kind: 'all', settled, members: tasks });
    this.open.add(join);
    this.watchAll(join, tasks, settled);
    return join;
  }

  /** Settles `join` from its members as `Promise.all` or `Promise.allSettled` does. */
  watchAll(join: Task, members: readonly Task[], settled: boolean): void {
    const done = (): void => {
      const outcomes = members.map((member) => member.outcome);
      if (outcomes.some((outcome) => outcome === undefined)) return;
      this.answer(join, {
        ok: true,
        value: outcomes.map((outcome) => (settled ? reportOf(outcome) : plainValue(outcome))),
      });
    };
    for (const member of members) {
      member.onSettled((outcome) => {
        if (join.outcome !== undefined) return;
        if (!outcome.ok && !settled) this.answer(join, outcome);
        else done();
      });
    }
    if (members.length === 0) done();
  }

  /** The function over `data`; the same one each time, so that identity survives a round. */
  functionOf(data: ClosureData): ResumableFunction {
    const known = this.#functions.get(data);
    if (known !== undefined) return known;
    const fn = this.#build(data);
    this.#functions.set(data, fn);
    this.#dataOf.set(fn, data);
    return fn;
  }

  dataOf(fn: ResumableFunction): ClosureData | undefined {
    return this.#dataOf.get(fn);
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

  #build(data: ClosureData): ResumableFunction {
    const code = data.unit.functions[data.index];
    if (code === undefined)
      throw new ResumableError('stale-state', `${data.unit.id} has no function ${data.index}`);
    if (!isMachine(code)) return code.make(new Closure(this, data)) as ResumableFunction;
    const start = (self: unknown, args: readonly unknown[]): Task => this.start(data, self, args);
    const fn = function (this: unknown, ...args: unknown[]): Task {
      return start(this, args);
    };
    return Object.defineProperty(fn, 'length', { value: code.length, configurable: true });
  }

  #adopt(member: unknown): Task {
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
    if (this.#running > 0 || this.#root?.outcome !== undefined) return;
    const asks = [...this.open].filter((task) => task.data.kind === 'ask');
    this.#finish({ kind: 'waiting', asks });
  }

  #finish(end: RoundEnd): void {
    this.#end?.(end);
    this.#end = undefined;
  }

  #checkForeign(): void {
    for (const task of this.#foreign) {
      if (!needsAnotherRound(task)) continue;
      const message =
        'An ask is awaited by code that is not compiled (a callback, a wrapper, a then, a race); await it directly in a resumable function.';
      this.abort(new ResumableError('foreign-wait', message));
      return;
    }
  }
}

/** The root function of a unit as closure data. */
export function rootData(unit: Unit): ClosureData {
  return { unit, index: 0, env: [] };
}

function needsAnotherRound(task: Task): boolean {
  const { data } = task;
  if (data.kind === 'ask') return !task.isAnsweredNow;
  if (data.kind === 'activation') return data.awaiting !== undefined && needsAnotherRound(data.awaiting);
  if (data.kind === 'all')
    return data.members.some((member) => member instanceof Task && needsAnotherRound(member));
  return false;
}

function isThenable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'then') === 'function';
}

function plainValue(outcome: Outcome | undefined): unknown {
  return outcome?.ok === true ? outcome.value : undefined;
}

function reportOf(outcome: Outcome | undefined): PromiseSettledResult<unknown> {
  if (outcome?.ok === true) return { status: 'fulfilled', value: outcome.value };
  return { status: 'rejected', reason: outcome?.error };
}
