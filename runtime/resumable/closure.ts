import { iterate, iterateKeys, iterateView } from './cursor.ts';
import type { Cursor, View } from './cursor.ts';
import { iterateAsync } from './live-cursor.ts';
import type { AsyncCursor, LoopCursor } from './live-cursor.ts';
import type { Flow } from './flow.ts';
import { isMachine } from './unit.ts';
import type { Unit } from './unit.ts';

/** What a function created inside a resumable function is made of. It travels in the state as it is. */
export interface ClosureData {
  readonly unit: Unit;
  readonly index: number;
  /** Captured variables: the value of those that never change, else their box `{ v }`. */
  readonly env: readonly unknown[];
}

/** Compiled code reaches its captured variables (`e`) and creates further functions (`fn`) through this. */
export class Closure {
  readonly flow: Flow;
  readonly data: ClosureData;

  constructor(flow: Flow, data: ClosureData) {
    this.flow = flow;
    this.data = data;
  }

  /** Read at call time only: while a cyclic state is being opened it is not there yet. */
  get e(): readonly unknown[] {
    const { unit, index, env } = this.data;
    return this.flow.guard(env, unit.functions[index]?.captured ?? [], unit);
  }

  fn(index: number, env: readonly unknown[]): (...args: never[]) => unknown {
    return this.flow.functionOf({ unit: this.data.unit, index, env });
  }

  /** A class. It is not known to the flow, so it cannot be carried. */
  make(index: number, env: readonly unknown[]): unknown {
    const { unit } = this.data;
    const code = unit.functions[index];
    return code === undefined || isMachine(code)
      ? undefined
      : code.make(new Closure(this.flow, { unit, index, env }));
  }

  /** The place of a constant as an assignment sees it. */
  constant(box: { v?: unknown }): { v: unknown } {
    return {
      get v() {
        return box.v;
      },
      set v(_value) {
        // Before its declaration the variable complains first.
        void box.v;
        throw new TypeError('Assignment to constant variable.');
      },
    };
  }

  /** The box of a variable that may not have been initialized yet: reading or writing its `v` throws until it has. */
  cell(box: { v?: unknown }, name: string): { v?: unknown } {
    return 'v' in box ? box : new UninitializedCell(box, name);
  }

  /** A call whose result is awaited: a resumable callee joins this flow, anything else is called natively. */
  call(callee: (...args: unknown[]) => unknown, self: unknown, args: unknown[], name?: string): unknown {
    return this.flow.call(callee, self, args, name);
  }

  /** The method of `self` as a function whose call joins the flow: for the members of a combinator. */
  method(self: unknown, key: string, name: string): (...args: unknown[]) => unknown {
    const callee = (self as Record<string, (...args: unknown[]) => unknown>)[key];
    return (...args) => this.flow.call(callee, self, args, name === '' ? undefined : name);
  }

  /** A value that the code does not await here; `origin` is the call it came from. */
  hold<Value>(value: Value, origin: string): Value {
    this.flow.hold(value, origin);
    return value;
  }

  /** `Promise.all` and `Promise.allSettled`. */
  all(members: Iterable<unknown>, settled: boolean): Promise<unknown> {
    return this.flow.all(members, settled);
  }

  race(members: Iterable<unknown>): Promise<unknown> {
    return this.flow.race(members);
  }

  /** `new Promise(executor)`, where the executor does nothing but set timers. */
  promise(executor: Parameters<Flow['promises']['create']>[0]): Promise<unknown> {
    return this.flow.promises.create(executor);
  }

  /** A timer function of the platform as one whose timers may go on in another process. */
  timer(native: unknown): unknown {
    return this.flow.timers.replace(native);
  }

  /** `for … of` with an `await` in its body. */
  iterate(source: unknown): LoopCursor {
    return iterate(source);
  }

  /** The same over `source.entries()`, `keys()` or `values()`. */
  iterateView(source: unknown, view: View): LoopCursor {
    return iterateView(source, view);
  }

  /** What a cursor has left, for `...rest`; nothing where it has ended. */
  remaining(cursor: LoopCursor | undefined): unknown[] {
    const values: unknown[] = [];
    while (cursor?.next() === true) values.push(cursor.value);
    return values;
  }

  /** The own enumerable properties of `source` but `keys`, for `...rest` (ECMA-262 7.3.26 CopyDataProperties). */
  rest(source: unknown, keys: readonly PropertyKey[]): object {
    const left: Record<PropertyKey, unknown> = {};
    const names = new Set(keys.map((key) => (typeof key === 'symbol' ? key : String(key))));
    for (const key of Reflect.ownKeys(Object(source) as object)) {
      if (names.has(key)) continue;
      if (Object.getOwnPropertyDescriptor(source, key)?.enumerable !== true) continue;
      const value: unknown = Reflect.get(Object(source) as object, key, source);
      Object.defineProperty(left, key, { value, writable: true, enumerable: true, configurable: true });
    }
    return left;
  }

  iterateAsync(source: unknown): AsyncCursor {
    return iterateAsync(source);
  }

  /** `for … in` with a suspension point in its body. */
  iterateKeys(source: unknown): Cursor {
    return iterateKeys(source);
  }
}

/** Asks again at the access itself: the right side of an assignment is evaluated before the target is written. */
class UninitializedCell {
  readonly #box: { v?: unknown };
  readonly #name: string;

  constructor(box: { v?: unknown }, name: string) {
    this.#box = box;
    this.#name = name;
  }

  get v(): unknown {
    return this.#initialized().v;
  }

  set v(value: unknown) {
    this.#initialized().v = value;
  }

  #initialized(): { v?: unknown } {
    if ('v' in this.#box) return this.#box;
    throw new ReferenceError(`Cannot access '${this.#name}' before initialization`);
  }
}
