import { ResumableError } from './resumable/resumable-error.ts';
import { Task } from './resumable/task.ts';
import { askBehind } from './resumable/wait-graph.ts';

/** Whatever carries no data says here what travels of it; a symbol of the registry, since a program may have two copies of this. */
const remedy: unique symbol = Symbol.for('mrtr.remedy') as never;

/** How the two remedies are told apart in a state. */
export type PackedRemedy = readonly [make: unknown] | readonly [];

/** A value that each round makes for itself; see {@link rematerialize}. */
export interface Rematerialized<T> {
  /** Makes the value when it is first read in a round. @throws what making it throws, each time it is read. */
  readonly value: T;
}

/** A value that the next round does not have; see {@link transient}. */
export interface Transient<T> {
  /** `undefined` once an answer has come in another round, until it is assigned again. */
  value: T | undefined;
}

/**
 * Keeps something out of the state by saying how it is made: a connection, an open file, an object of somebody else's class.
 * Nothing runs before `value` is read, and then once in each round that reads it (once in all in the legacy era).
 * @param make a function written in the resumable function, or one that a name of the file leads to; what it captures is
 *   carried. It must not ask the client, and doing it again must do no harm.
 */
export function rematerialize<T>(make: () => T): Rematerialized<T> {
  return new Remade(make);
}

/** Keeps something out of the state that a round can do without, such as a cache. */
export function transient<T = undefined>(value?: T): Transient<T> {
  return new Lost(value);
}

class Remade<T> implements Rematerialized<T> {
  readonly #make: () => T;
  #made: { readonly value: T } | undefined;

  constructor(make: () => T) {
    this.#make = make;
  }

  get value(): T {
    return (this.#made ??= { value: this.#make() }).value;
  }

  /** @throws {ResumableError} `not-carried` while making the value waits for an ask: each round would ask it again. */
  [remedy](): PackedRemedy {
    const made = this.#made?.value;
    const ask = made instanceof Task ? askBehind(made) : undefined;
    if (ask !== undefined)
      throw new ResumableError(
        'not-carried',
        `The function given to rematerialize asks for \`${ask.key}\`: it must not ask, since every round calls it again. Ask before it, and let it use the answer.`,
      );
    return [this.#make];
  }
}

class Lost<T> implements Transient<T> {
  value: T | undefined;

  constructor(value: T | undefined) {
    this.value = value;
  }

  [remedy](): PackedRemedy {
    return [];
  }
}

/** What travels of a value that is one of the remedies; false for any other. */
export function packRemedy(value: unknown): PackedRemedy | false {
  if (typeof value !== 'object' || value === null || !(remedy in value)) return false;
  return (value as { [remedy](): PackedRemedy })[remedy]();
}

/** What {@link packRemedy} packed, for another round. */
export function unpackRemedy(packed: PackedRemedy): Rematerialized<unknown> | Transient<unknown> {
  const [make] = packed;
  return packed.length === 0 ? transient() : rematerialize(make as () => unknown);
}
