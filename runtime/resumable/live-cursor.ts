import { ResumableError } from './resumable-error.ts';

type Method = () => unknown;

/** The iteration of a `for` loop as compiled code uses it. */
export interface LoopCursor {
  readonly value: unknown;
  /** Moves on; false at the end. */
  next(): boolean;
  /** When the loop is left by `break`, `return` or a jump further out (ECMA-262 7.4.11 IteratorClose). */
  close(): void;
  /** When it is left by an exception, which counts more than what closing throws. */
  abandon(): void;
}

/** An iterator that only lives as long as the process: a loop over it may await, but not ask. */
export class LiveCursor implements LoopCursor {
  readonly #iterator: Iterator<unknown>;
  readonly #next: Method;
  value: unknown;

  constructor(iterator: Iterator<unknown>) {
    this.#iterator = iterator;
    // Looked up once (ECMA-262 7.4.3 GetIteratorFromMethod).
    this.#next = Reflect.get(iterator, 'next') as Method;
  }

  next(): boolean {
    const step = objectOf(Reflect.apply(this.#next, this.#iterator, [])) as IteratorResult<unknown>;
    // Anything truthy ends it (ECMA-262 7.4.7 IteratorComplete).
    if (step.done) return false;
    this.value = step.value;
    return true;
  }

  close(): void {
    const finish = Reflect.get(this.#iterator, 'return') as Method | undefined | null;
    if (finish !== undefined && finish !== null) objectOf(Reflect.apply(finish, this.#iterator, []));
  }

  abandon(): void {
    try {
      this.close();
    } catch {
      // The exception that ended the loop is the one that is seen.
    }
  }
}

/** The iteration of a `for await` loop. */
export class AsyncCursor {
  readonly #iterator: AsyncIterator<unknown>;
  readonly #next: Method;
  value: unknown;

  constructor(iterator: AsyncIterator<unknown>) {
    this.#iterator = iterator;
    this.#next = Reflect.get(iterator, 'next') as Method;
  }

  async next(): Promise<boolean> {
    const step = objectOf(await Reflect.apply(this.#next, this.#iterator, [])) as IteratorResult<unknown>;
    if (step.done) return false;
    this.value = step.value;
    return true;
  }

  async close(): Promise<void> {
    const finish = Reflect.get(this.#iterator, 'return') as Method | undefined | null;
    if (finish !== undefined && finish !== null) objectOf(await Reflect.apply(finish, this.#iterator, []));
  }

  async abandon(): Promise<void> {
    try {
      await this.close();
    } catch {
      // The exception that ended the loop is the one that is seen.
    }
  }
}

/**
 * The iteration of `for await (… of source)`.
 * @throws {TypeError} as native code for what is not iterable.
 */
export function iterateAsync(source: unknown): AsyncCursor {
  const holder: object = source === null || source === undefined ? {} : Object(source);
  const method: unknown = Reflect.get(holder, Symbol.asyncIterator);
  if (typeof method === 'function')
    return new AsyncCursor(Reflect.apply(method, source, []) as AsyncIterator<unknown>);
  const syncMethod: unknown = Reflect.get(holder, Symbol.iterator);
  if (typeof syncMethod !== 'function') throw new TypeError(`${typeof source} is not async iterable`);
  const iterator = Reflect.apply(syncMethod, source, []) as Iterator<unknown>;
  return new AsyncCursor(awaitingValues(iterator));
}

/** ECMA-262 27.1.6: a synchronous iterator whose values are awaited. */
function awaitingValues(iterator: Iterator<unknown>): AsyncIterator<unknown> {
  return {
    async next() {
      const { done = false, value } = iterator.next();
      return { done, value: await value };
    },
    async return() {
      iterator.return?.();
      return { done: true, value: undefined };
    },
  };
}

/** @throws {ResumableError} `not-iterable-across-ask` for an iteration that is no data. */
export function refuseLiveIteration(value: unknown): void {
  if (!(value instanceof LiveCursor) && !(value instanceof AsyncCursor)) return;
  throw new ResumableError(
    'not-iterable-across-ask',
    'A loop that asks can iterate arrays, strings, maps and sets, and their keys, values and entries; turn this iterator into an array first.',
  );
}

function objectOf(value: unknown): object {
  if ((typeof value === 'object' && value !== null) || typeof value === 'function') return value;
  throw new TypeError(`Iterator result ${String(value)} is not an object`);
}
