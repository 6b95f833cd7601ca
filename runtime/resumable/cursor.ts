import { LiveCursor } from './live-cursor.ts';
import type { LoopCursor } from './live-cursor.ts';

type Source = readonly unknown[] | string | Map<unknown, unknown> | Set<unknown>;
export type View = 'values' | 'keys' | 'entries';

interface CursorData {
  readonly source: Source | object;
  readonly position: number;
  /** `in`: the keys of a for-in, skipped when they were deleted meanwhile. */
  readonly view: View | 'in';
  readonly keys?: readonly string[];
}

/**
 * The iteration of a `for` loop that contains a suspension point, as data.
 * Arrays and strings: a position, so that what is appended meanwhile is visited. Map and Set: their iteration order is
 * insertion order, so the entries still to come are the last ones, and their number is enough to find the place again
 * (ECMA-262 24.1.5.1, 24.2.6.1).
 */
export class Cursor implements LoopCursor {
  readonly #source: Source | object;
  readonly #view: View | 'in';
  readonly #keys: readonly string[] | undefined;
  #position: number;
  #iterator: Iterator<unknown> | undefined;
  value: unknown;

  constructor({ source, position, view, keys }: CursorData) {
    this.#source = source;
    this.#view = view;
    this.#keys = keys;
    this.#position = position;
    if (source instanceof Map || source instanceof Set) this.#iterator = skip(viewOf(source, view), position);
  }

  /** Moves on; false at the end. */
  next(): boolean {
    if (this.#keys !== undefined) return this.#nextKey(this.#keys);
    if (this.#iterator !== undefined) return this.#take(this.#iterator.next());
    if (typeof this.#source === 'string') return this.#nextCharacter(this.#source);
    const list = this.#source as readonly unknown[];
    if (this.#position >= list.length) {
      this.#position = Infinity;
      return false;
    }
    const index = this.#position++;
    this.value =
      this.#view === 'keys' ? index : this.#view === 'entries' ? [index, list[index]] : list[index];
    return true;
  }

  /** Where the iteration is. */
  data(): CursorData {
    const source = this.#source;
    const keys = this.#keys === undefined ? {} : { keys: this.#keys };
    let position = this.#position;
    if (this.#iterator !== undefined && (source instanceof Map || source instanceof Set)) {
      position = source.size - count(this.#iterator);
      // Counting what is left has used the iterator up.
      this.#iterator = skip(viewOf(source, this.#view), position);
    }
    return { source, position, view: this.#view, ...keys };
  }

  /** Nothing to release. */
  close(): void {}

  abandon(): void {}

  #take(step: IteratorResult<unknown>): boolean {
    this.value = step.value;
    return step.done !== true;
  }

  #nextCharacter(text: string): boolean {
    const point = text.codePointAt(this.#position);
    if (point === undefined) return false;
    this.value = String.fromCodePoint(point);
    this.#position += (this.value as string).length;
    return true;
  }

  #nextKey(keys: readonly string[]): boolean {
    while (this.#position < keys.length) {
      const key = keys[this.#position++];
      if (key === undefined || !(key in (this.#source as object))) continue;
      this.value = key;
      return true;
    }
    return false;
  }
}

/**
 * The iteration of `for (… of source)`.
 * @throws {TypeError} as native code for what is not iterable.
 */
export function iterate(source: unknown): LoopCursor {
  if (isList(source) && source[Symbol.iterator] === Array.prototype.values) {
    return new Cursor({ source, position: 0, view: 'values' });
  }
  if (typeof source === 'string') return new Cursor({ source, position: 0, view: 'values' });
  if (source instanceof Map && source[Symbol.iterator] === Map.prototype.entries) {
    return new Cursor({ source, position: 0, view: 'entries' });
  }
  if (source instanceof Set && source[Symbol.iterator] === Set.prototype.values) {
    return new Cursor({ source, position: 0, view: 'values' });
  }
  const method: unknown =
    source === null || source === undefined ? undefined : Reflect.get(Object(source), Symbol.iterator);
  if (typeof method !== 'function') {
    throw new TypeError(`${source === null ? 'null' : typeof source} is not iterable`);
  }
  return new LiveCursor(Reflect.apply(method, source, []) as Iterator<unknown>);
}

/** The iteration of `for (… of source.entries())` and the like, which is data where the method is the built-in one. */
export function iterateView(source: unknown, view: View): LoopCursor {
  const isBuiltIn =
    (Array.isArray(source) && source[view] === Array.prototype[view]) ||
    (source instanceof Map && source[view] === Map.prototype[view]) ||
    (source instanceof Set && source[view] === Set.prototype[view]);
  if (isBuiltIn) return new Cursor({ source, position: 0, view });
  return iterate((source as Record<View, () => unknown>)[view]());
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) || Object.prototype.toString.call(value) === '[object Arguments]';
}

/** The iteration of `for (… in source)`. */
export function iterateKeys(source: unknown): Cursor {
  const keys: string[] = [];
  // oxlint-disable-next-line guard-for-in -- inherited keys belong to a for-in
  for (const key in source as object) keys.push(key);
  return new Cursor({ source: Object(source) as object, position: 0, view: 'in', keys });
}

export function cursorFrom(data: unknown): Cursor {
  return new Cursor(data as CursorData);
}

function viewOf(source: Map<unknown, unknown> | Set<unknown>, view: View | 'in'): Iterator<unknown> {
  if (view === 'keys') return source.keys();
  return view === 'entries' ? source.entries() : source.values();
}

function skip(iterator: Iterator<unknown>, steps: number): Iterator<unknown> {
  for (let step = 0; step < steps; step++) iterator.next();
  return iterator;
}

function count(iterator: Iterator<unknown>): number {
  let left = 0;
  while (iterator.next().done !== true) left++;
  return left;
}
