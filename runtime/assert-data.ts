import { isProxy } from './is-proxy.ts';
import { RequestStateError } from './request-state-error.ts';

/** How many objects may lie inside each other. The encoder and the decoder recurse; Workers have small stacks. */
const MAX_DEPTH = 1000;
const MAX_PATH = 120;

/** The error classes of the language, by name. An error of another class is data only when its class is registered. */
export const ERROR_CLASSES: Readonly<Record<string, ErrorConstructor>> = {
  Error,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
};

const ERROR_PROTOTYPES = new Set<unknown>(Object.values(ERROR_CLASSES).map(({ prototype }) => prototype));

/** Classes whose instances devalue keeps whole, as long as they have no properties of their own. */
const LEAF_CLASSES = ['Date', 'RegExp', 'URL', 'URLSearchParams', 'ArrayBuffer', 'DataView'];
const TYPED_ARRAYS = [
  'Int8Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Float16Array',
].concat([
  'Int32Array',
  'Uint32Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
  'BigUint64Array',
  'Buffer',
]);

const LEAF_PROTOTYPES = prototypesOf(LEAF_CLASSES);
const TYPED_ARRAY_PROTOTYPES = prototypesOf(TYPED_ARRAYS);

/** Whether an instance with this prototype has an encoding of its own. */
export type IsRegistered = (prototype: object) => boolean;

/**
 * Walks through a value without running any code of it: prototypes are compared and not asked, properties are read from
 * their descriptors.
 * @throws {RequestStateError} naming the path of the first thing that the encoding would lose, change or run: a function, a
 *   promise, an instance of a class, an accessor, a proxy, a hidden or symbol property.
 */
export function assertData(value: unknown, isRegistered: IsRegistered, path = ''): void {
  new DataWalk(isRegistered).visit(value, path, 0);
}

class DataWalk {
  readonly #isRegistered: IsRegistered;
  readonly #seen = new Set<object>();
  /** Errors around the value of the moment: they are rebuilt after what they hold, so they cannot hold themselves. */
  readonly #open = new Set<object>();

  constructor(isRegistered: IsRegistered) {
    this.#isRegistered = isRegistered;
  }

  visit(value: unknown, path: string, depth: number): void {
    if (typeof value === 'function') throw notData(path, 'it is a function');
    if (typeof value === 'symbol') throw notData(path, 'it is a symbol');
    if (typeof value !== 'object' || value === null) return;
    if (this.#open.has(value)) throw notData(path, 'it is an error that refers to itself');
    if (this.#seen.has(value)) return;
    this.#seen.add(value);
    if (depth > MAX_DEPTH) throw notData(path, `it lies more than ${MAX_DEPTH} objects deep`);
    if (isProxy(value)) throw notData(path, 'it is a proxy');
    this.#visitObject(value, path, depth + 1);
  }

  #visitObject(value: object, path: string, depth: number): void {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (Array.isArray(value) && prototype === Array.prototype) this.#visitArray(value, path, depth);
    else if (prototype === Map.prototype) this.#visitMap(value as Map<unknown, unknown>, path, depth);
    else if (prototype === Set.prototype) this.#visitSet(value as Set<unknown>, path, depth);
    else if (ERROR_PROTOTYPES.has(prototype)) this.#visitError(value, path, depth);
    else if (LEAF_PROTOTYPES.has(prototype)) assertNoProperties(value, path);
    else if (TYPED_ARRAY_PROTOTYPES.has(prototype)) return;
    else if (isPlain(prototype)) this.#visitPlain(value, path, depth);
    else if (!this.#isRegistered(prototype as object))
      throw notData(path, `it is an instance of ${classNameOf(prototype as object)}`);
  }

  #visitArray(value: readonly unknown[], path: string, depth: number): void {
    for (const key of Reflect.ownKeys(value)) {
      if (key === 'length') continue;
      if (!isIndex(key)) throw notData(`${path}.${String(key)}`, 'properties of an array are lost');
      this.visit(dataOf(value, key, `${path}[${key}]`), `${path}[${key}]`, depth);
    }
  }

  #visitMap(value: ReadonlyMap<unknown, unknown>, path: string, depth: number): void {
    assertNoProperties(value, path);
    Map.prototype.forEach.call(value, (member: unknown, key: unknown) => {
      this.visit(key, `${path}.keys()`, depth);
      this.visit(member, `${path}.get(${spellKey(key)})`, depth);
    });
  }

  #visitSet(value: ReadonlySet<unknown>, path: string, depth: number): void {
    assertNoProperties(value, path);
    Set.prototype.forEach.call(value, (member: unknown) => this.visit(member, `${path}.values()`, depth));
  }

  /** Node 22 and 24 have versions where `stack` is an accessor; it is never read here. */
  #visitError(value: object, path: string, depth: number): void {
    this.#open.add(value);
    for (const key of Reflect.ownKeys(value)) {
      const at = `${path}.${String(key)}`;
      if (typeof key === 'symbol') throw notData(at, 'symbol properties are lost');
      if (key !== 'stack') this.visit(dataOf(value, key, at), at, depth);
    }
    this.#open.delete(value);
  }

  #visitPlain(value: object, path: string, depth: number): void {
    for (const key of Reflect.ownKeys(value)) {
      const at = `${path}.${String(key)}`;
      if (typeof key === 'symbol') throw notData(at, 'symbol properties are lost');
      if (key === '__proto__') throw notData(at, 'it is named __proto__');
      const member = dataOf(value, key, at);
      if (!Object.prototype.propertyIsEnumerable.call(value, key)) throw notData(at, 'it is not enumerable');
      this.visit(member, at, depth);
    }
  }
}

/** Reading an accessor would run code of the value. */
function dataOf(value: object, key: string, path: string): unknown {
  const descriptor = Object.getOwnPropertyDescriptor(value, key);
  if (descriptor !== undefined && !('value' in descriptor)) throw notData(path, 'it is an accessor');
  return descriptor?.value;
}

function assertNoProperties(value: object, path: string): void {
  for (const key of Reflect.ownKeys(value)) {
    // A regular expression is restored to match from its beginning.
    if (key === 'lastIndex' && Object.getOwnPropertyDescriptor(value, key)?.value === 0) continue;
    throw notData(`${path}.${String(key)}`, 'it would be lost');
  }
}

/** Object literals of any realm: their prototype is the end of the chain and looks like ours. */
function isPlain(prototype: unknown): boolean {
  if (prototype === null || prototype === Object.prototype) return true;
  return (
    Object.getPrototypeOf(prototype) === null &&
    Object.hasOwn(prototype as object, 'hasOwnProperty') &&
    !Object.hasOwn(prototype as object, Symbol.toStringTag)
  );
}

function isIndex(key: PropertyKey): key is string {
  return typeof key === 'string' && /^\d+$/.test(key);
}

function spellKey(key: unknown): string {
  return typeof key === 'string' || typeof key === 'number' ? String(key) : '…';
}

function classNameOf(prototype: object): string {
  const constructor: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value;
  const name: unknown =
    typeof constructor === 'function'
      ? Object.getOwnPropertyDescriptor(constructor, 'name')?.value
      : undefined;
  return typeof name === 'string' && name !== '' ? name : 'a class';
}

function prototypesOf(names: readonly string[]): ReadonlySet<unknown> {
  const found = new Set<unknown>();
  for (const name of names) {
    const constructor: unknown = Reflect.get(globalThis, name);
    if (typeof constructor === 'function') found.add(constructor.prototype);
  }
  return found;
}

/** An error about the value at `path` of the state. */
export function notData(path: string, what: string): RequestStateError {
  const short =
    path.length <= MAX_PATH ? path : `${path.slice(0, MAX_PATH / 2)}…${path.slice(-MAX_PATH / 2)}`;
  const at = path === '' ? 'the state' : `state${short}`;
  return new RequestStateError(`${at} cannot be carried to the next round: ${what}`);
}
