import type { Task } from './task.ts';

type Callback = (...args: unknown[]) => unknown;
type NativeTimer = ReturnType<typeof setTimeout>;

/** What happens when a timer is due, and when: milliseconds since 1970. */
interface TimerData {
  due: number;
  callback: unknown;
  args: readonly unknown[];
  /** The time between two calls; undefined for a timeout. */
  every: number | undefined;
  /** The promise whose executor has set it. */
  promise: Task | undefined;
  /** Whether it keeps a process alive. */
  isRef: boolean;
}

/** A timer as it travels; empty when it does not run. */
export type PackedTimer = readonly [
  due?: number,
  callback?: unknown,
  args?: readonly unknown[],
  every?: number | undefined,
  promise?: Task | undefined,
  isRef?: boolean,
];

/** A timer that compiled code has set: what `setTimeout` and `setInterval` return there. */
export class Timer {
  readonly data: TimerData;
  readonly #call: (timer: Timer) => void;
  #delay: number;
  #native: NativeTimer | undefined;

  /** @param call what happens when it is due */
  constructor(data: TimerData, delay: number, call: (timer: Timer) => void) {
    this.data = data;
    this.#delay = delay;
    this.#call = call;
  }

  get isActive(): boolean {
    return this.#native !== undefined;
  }

  pack(): PackedTimer {
    if (!this.isActive) return [];
    const { due, callback, args, every, promise, isRef } = this.data;
    if (!isRef) return [due, callback, args, every, promise, isRef];
    if (promise !== undefined) return [due, callback, args, every, promise];
    return every === undefined ? [due, callback, args] : [due, callback, args, every];
  }

  /** Runs it from now on in this process, `delay` milliseconds before it is due. */
  start(delay = this.#delay): void {
    this.stop();
    this.data.due = Date.now() + delay;
    this.#native = setTimeout(() => this.fire(), delay);
    if (!this.data.isRef) this.unref();
  }

  fire(): void {
    this.stop();
    if (this.data.every !== undefined) this.start(this.data.every);
    this.#call(this);
  }

  /** As `clearTimeout`; what has been stopped is not carried. */
  stop(): void {
    clearTimeout(this.#native);
    this.#native = undefined;
  }

  refresh(): this {
    if (this.isActive) this.start(this.data.every ?? this.#delay);
    return this;
  }

  // Where timers are numbers, nothing keeps a process alive.
  ref(): this {
    this.data.isRef = true;
    if (typeof this.#native === 'object') this.#native.ref();
    return this;
  }

  unref(): this {
    this.data.isRef = false;
    if (typeof this.#native === 'object') this.#native.unref();
    return this;
  }

  hasRef(): boolean {
    return this.isActive && this.data.isRef;
  }
}

/** The timers of one flow. */
export class Timers {
  /** Those that were running when the round before ended. */
  readonly #restored = new Set<Timer>();
  /** True when there is, or was, any. */
  isUsed = false;
  readonly #onCallback: (run: () => void) => void;
  #promise: Task | undefined;

  /** @param onCallback runs the callbacks of timers as part of the flow */
  constructor(onCallback: (run: () => void) => void) {
    this.#onCallback = onCallback;
  }

  /** The function that stands for a timer function of the platform; any other is returned as it is. */
  replace(native: unknown): unknown {
    switch (native) {
      case globalThis.setTimeout:
        return (callback: unknown, delay: unknown, ...args: unknown[]) =>
          this.#set(callback, delay, args, false);
      case globalThis.setInterval:
        return (callback: unknown, delay: unknown, ...args: unknown[]) =>
          this.#set(callback, delay, args, true);
      case globalThis.clearTimeout:
      case globalThis.clearInterval:
        return (handle: unknown) => {
          if (handle instanceof Timer) handle.stop();
          else clearTimeout(handle as NativeTimer);
        };
      default:
        // It may settle the promise as well, and nobody would know.
        if (this.#promise !== undefined) this.#promise.isWatched = true;
        return native;
    }
  }

  /** Runs `executor`; the timers it sets are those of `promise`. */
  collect(promise: Task, executor: () => void): void {
    const outer = this.#promise;
    this.#promise = promise;
    try {
      executor();
    } finally {
      this.#promise = outer;
    }
  }

  /** A timer of the round before: it runs from {@link Timers.resume} on, if it did then. */
  restore(): Timer {
    this.isUsed = true;
    const data = { due: 0, callback: undefined, args: [], every: undefined, promise: undefined, isRef: true };
    return this.#create(data, 1);
  }

  /** Fills in what {@link Timer.pack} gave, once more when more of it has been read. */
  update(timer: Timer, [due, callback, args = [], every, promise, isRef = true]: PackedTimer): void {
    if (due === undefined) return;
    Object.assign(timer.data, { due, callback, args, every, promise, isRef });
    this.#restored.add(timer);
    if (promise?.data.kind === 'promise' && !promise.data.timers.includes(timer))
      promise.data.timers.push(timer);
  }

  /** True when the round before left no timer running. */
  get isIdle(): boolean {
    return this.#restored.size === 0;
  }

  /**
   * Continues as after a time in which nothing could run: what is due by now is called first, in the order in which it
   * became due, one after the other; the others run on.
   */
  async resume(): Promise<void> {
    const now = Date.now();
    const timers = [...this.#restored].toSorted((a, b) => a.data.due - b.data.due);
    this.#restored.clear();
    const due = timers.filter(({ data }) => data.due <= now);
    for (const timer of timers) timer.start(Math.max(0, timer.data.due - now));
    for (const timer of due) {
      // One of those before may have cleared it.
      if (!timer.isActive) continue;
      timer.fire();
      await turn();
    }
  }

  #set(callback: unknown, given: unknown, args: readonly unknown[], repeats: boolean): Timer {
    if (typeof callback !== 'function')
      throw new TypeError('The "callback" argument must be of type function.');
    this.isUsed = true;
    const delay = delayOf(given);
    const every = repeats ? delay : undefined;
    const promise = this.#promise;
    const timer = this.#create({ due: 0, every, callback, args, promise, isRef: true }, delay);
    if (promise?.data.kind === 'promise') promise.data.timers.push(timer);
    timer.start();
    return timer;
  }

  #create(data: TimerData, delay: number): Timer {
    return new Timer(data, delay, ({ data: { promise, callback, args } }) => {
      const call = (): void => {
        this.#onCallback(() => void Reflect.apply(callback as Callback, undefined, args));
      };
      if (promise === undefined) call();
      else this.collect(promise, call);
    });
  }
}

/** What the HTML standard and Node make of a delay: not finite, too small or too large is one millisecond. */
function delayOf(given: unknown): number {
  const delay = Number(given);
  return delay >= 1 && delay <= 2 ** 31 - 1 ? Math.trunc(delay) : 1;
}

/** Lets everything run that the last callback has made ready. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}
