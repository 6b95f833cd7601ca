import type { Flow, KeyedAsk } from './flow.ts';
import type { Timer } from './timer.ts';

export type Outcome =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: unknown };

/** What an outcome stands for. It throws what was thrown. */
export function valueOf(outcome: Outcome): unknown {
  if (outcome.ok) return outcome.value;
  throw outcome.error;
}

/** What a task waits for; this, and nothing else of it, travels in the state. */
export type TaskData =
  | {
      kind: 'activation';
      closure: unknown;
      label: number;
      slots: readonly unknown[];
      awaiting: Task | undefined;
    }
  | ({ kind: 'ask' } & KeyedAsk)
  | { kind: 'all'; settled: boolean; members: readonly unknown[] }
  | { kind: 'race'; members: readonly Task[] }
  /** Made by an executor that only sets timers, these. */
  | { kind: 'promise'; timers: Timer[] }
  /** A promise of code that is not compiled. */
  | { kind: 'native' }
  | { kind: 'settled'; outcome: Outcome };

/**
 * The promise of something that may outlive the round: an ask, a call of a resumable function, a timer, a combination.
 * Compiled code waits for it through {@link Flow}; anyone else who calls `then` is told that the wait cannot travel.
 */
export class Task extends Promise<unknown> {
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  /** Creates a pending task of `flow`. */
  static of(flow: Flow, data: TaskData): Task {
    let resolve: (value: unknown) => void = () => {};
    let reject: (error: unknown) => void = () => {};
    const task = new Task((onValue, onError) => {
      resolve = onValue;
      reject = onError;
    });
    task.#flow = flow;
    task.#settle = (outcome) => {
      if (outcome.ok) resolve(outcome.value);
      else reject(outcome.error);
    };
    task.data = data;
    return task;
  }

  data: TaskData = { kind: 'settled', outcome: { ok: true, value: undefined } };
  /** An ask whose answer comes in this round. */
  isAnsweredNow = false;
  /** A member of a race: what it does goes on, but nothing waits for it once the race is over. */
  isRival = false;
  /** A combinator has seen to it that its rejection is nobody's surprise, and may itself be settled by now. */
  isHandled = false;
  /** Code that is not compiled has asked to be told when it settles. */
  isWatched = false;
  /** The function that is not compiled and has handed it on, after setting up who knows what around it. */
  wrapper: ((...args: unknown[]) => unknown) | undefined;
  #flow: Flow | undefined;
  #settle: (outcome: Outcome) => void = () => {};
  #wakers: ((outcome: Outcome) => void)[] = [];

  get outcome(): Outcome | undefined {
    return this.data.kind === 'settled' ? this.data.outcome : undefined;
  }

  /** Calls `wake` synchronously when the task settles, at once if it has. */
  onSettled(wake: (outcome: Outcome) => void): void {
    super.then(undefined, () => undefined);
    if (this.outcome === undefined) this.#wakers.push(wake);
    else wake(this.outcome);
  }

  settle(outcome: Outcome): void {
    if (this.outcome !== undefined) return;
    this.data = { kind: 'settled', outcome };
    this.#settle(outcome);
    const wakers = this.#wakers;
    this.#wakers = [];
    for (const wake of wakers) wake(outcome);
  }

  // oxlint-disable-next-line unicorn/no-thenable -- the point: a foreign wait has to be noticed
  override then<A = unknown, B = never>(
    onValue?: ((value: unknown) => A | PromiseLike<A>) | null,
    onError?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.isWatched = true;
    this.#flow?.noticeForeignWait(this);
    return super.then(onValue, onError);
  }
}
