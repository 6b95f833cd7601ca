import type { Flow } from './flow.ts';
import { isThenable } from './is-thenable.ts';
import { Task } from './task.ts';

/** `resolve` or `reject`. */
type Settler = (value: unknown) => void;

interface Settlers {
  readonly resolve: Settler;
  readonly reject: Settler;
}

/** The promises of a flow that only timers settle. */
export class TimerPromises {
  readonly #flow: Flow;
  readonly #settlers = new WeakMap<Task, Settlers>();
  readonly #settled = new WeakMap<object, { readonly task: Task; readonly name: keyof Settlers }>();

  constructor(flow: Flow) {
    this.#flow = flow;
  }

  /** `new Promise(executor)` where all that the executor does is to settle the promise, or to set timers which do. */
  create(executor: (resolve: Settler, reject: Settler) => void): Task {
    const task = Task.of(this.#flow, { kind: 'promise', timers: [] });
    const { resolve, reject } = this.#settlersOf(task);
    this.#flow.timers.collect(task, () => {
      try {
        executor(resolve, reject);
      } catch (error) {
        reject(error);
      }
    });
    return task;
  }

  /** The same function each time. */
  settlerOf(task: Task, name: keyof Settlers): Settler {
    return this.#settlersOf(task)[name];
  }

  /** What `fn` settles, if it is a settler of these promises. */
  settledBy(fn: object): { readonly task: Task; readonly name: keyof Settlers } | undefined {
    return this.#settled.get(fn);
  }

  #settlersOf(task: Task): Settlers {
    const known = this.#settlers.get(task);
    if (known !== undefined) return known;
    let isResolved = false;
    const once = (settle: Settler): Settler => {
      return (value) => {
        if (!isResolved) settle(value);
        isResolved = true;
      };
    };
    const reject = once((error) => this.#flow.answer(task, { ok: false, error }));
    const resolve = once((value) => this.#resolve(task, value));
    const settlers = { resolve, reject };
    this.#settlers.set(task, settlers);
    this.#settled.set(resolve, { task, name: 'resolve' }).set(reject, { task, name: 'reject' });
    return settlers;
  }

  #resolve(task: Task, value: unknown): void {
    if (!isThenable(value)) {
      this.#flow.answer(task, { ok: true, value });
      return;
    }
    // It follows the other promise from here on.
    task.data = { kind: 'native' };
    Promise.resolve(value).then(
      (inner) => this.#flow.answer(task, { ok: true, value: inner }),
      (error: unknown) => this.#flow.answer(task, { ok: false, error }),
    );
  }
}
