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
 * @param root what an error calls the value.
 * @returns whether JSON keeps the value whole: a tree of plain objects, dense arrays and the primitives of JSON.
 * @throws {RequestStateError} naming the path of the first thing that the encoding would lose, change or run: a function, a
 *   promise, an instance of a class, an accessor, a proxy, a hidden or symbol property.
 */
export function assertData(value: unknown, isRegistered: IsRegistered, root = ''): boolean {
  const walk = new DataWalk(isRegistered, root);
  walk.visit(value);
  return walk.isJson;
}

class DataWalk {
  isJson = true;
  readonly #isRegistered: IsRegistered;
  readonly #root: string;
  /** Where the walk is: indexes as numbers, everything else as it is read in the path. */
  readonly #path: (string | number)[] = [];
  readonly #seen = new Set<object>();
  /** Errors around the value of the moment: they are rebuilt after what they hold, so they cannot hold themselves. */
  readonly #open = new Set<object>();

  constructor(isRegistered: IsRegistered, root: string) {
    this.#isRegistered = isRegistered;
    this.#root = root;
  }

  visit(value: unknown): void {
    switch (typeof value) {
      case 'string':
      case 'boolean':
        return;
      case 'object':
        if (value !== null) this.#visitReference(value);
        return;
      case 'number':
        if (!Number.isFinite(value) || Object.is(value, -0)) this.isJson = false;
        return;
      case 'function':
      case 'symbol':
        throw this.#refuse(`it is a ${typeof value}`);
      default:
        this.isJson = false;
    }
  }

  #visitAt(segment: string | number, value: unknown): void {
    this.#path.push(segment);
    this.visit(value);
    this.#path.pop();
  }

  #visitReference(value: object): void {
    if (this.#open.has(value)) throw this.#refuse('it is an error that refers to itself');
    if (this.#seen.has(value)) {
      this.isJson = false;
      return;
    }
    this.#seen.add(value);
    if (this.#path.length > MAX_DEPTH) throw this.#refuse(`it lies more than ${MAX_DEPTH} objects deep`);
    if (isProxy(value)) throw this.#refuse('it is a proxy');
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Object.prototype) this.#visitPlain(value);
    else if (Array.isArray(value) && prototype === Array.prototype) this.#visitArray(value);
    else {
      this.isJson = false;
      this.#visitOther(value, prototype);
    }
  }

  #visitOther(value: object, prototype: unknown): void {
    if (prototype === Map.prototype) this.#visitMap(value as Map<unknown, unknown>);
    else if (prototype === Set.prototype) this.#visitSet(value as Set<unknown>);
    else if (ERROR_PROTOTYPES.has(prototype)) this.#visitError(value);
    else if (LEAF_PROTOTYPES.has(prototype)) this.#assertNoProperties(value);
    else if (TYPED_ARRAY_PROTOTYPES.has(prototype)) return;
    else if (isPlain(prototype)) this.#visitPlain(value);
    else if (!this.#isRegistered(prototype as object))
      throw this.#refuse(`it is an instance of ${classNameOf(prototype as object)}`);
  }

  #visitArray(value: readonly unknown[]): void {
    const keys = Reflect.ownKeys(value);
    if (keys.length <= value.length) this.isJson = false;
    for (const key of keys) {
      if (key === 'length') continue;
      if (!isIndex(key)) throw this.#refuse('properties of an array are lost', String(key));
      this.#visitAt(Number(key), this.#dataOf(value, key, true));
    }
  }

  #visitMap(value: ReadonlyMap<unknown, unknown>): void {
    this.#assertNoProperties(value);
    Map.prototype.forEach.call(value, (member: unknown, key: unknown) => {
      this.#visitAt('keys()', key);
      this.#visitAt(`get(${spellKey(key)})`, member);
    });
  }

  #visitSet(value: ReadonlySet<unknown>): void {
    this.#assertNoProperties(value);
    Set.prototype.forEach.call(value, (member: unknown) => this.#visitAt('values()', member));
  }

  /** Node 22 and 24 have versions where `stack` is an accessor; it is never read here. */
  #visitError(value: object): void {
    this.#open.add(value);
    for (const key of Reflect.ownKeys(value)) {
      if (typeof key === 'symbol') throw this.#refuse('symbol properties are lost', String(key));
      if (key !== 'stack') this.#visitAt(key, this.#dataOf(value, key, false));
    }
    this.#open.delete(value);
  }

  #visitPlain(value: object): void {
    for (const key of Reflect.ownKeys(value)) {
      if (typeof key === 'symbol') throw this.#refuse('symbol properties are lost', String(key));
      if (key === '__proto__') throw this.#refuse('it is named __proto__', key);
      this.#visitAt(key, this.#dataOf(value, key, true));
    }
  }

  /** Reading an accessor would run code of the value. */
  #dataOf(value: object, key: string, enumerable: boolean): unknown {
    const descriptor = Object.getOwnPropertyDescriptor(value, key);
    if (descriptor === undefined) return undefined;
    if (!('value' in descriptor)) throw this.#refuse('it is an accessor', key);
    if (enumerable && descriptor.enumerable !== true) throw this.#refuse('it is not enumerable', key);
    return descriptor.value;
  }

  #assertNoProperties(value: object): void {
    for (const key of Reflect.ownKeys(value)) {
      // A regular expression is restored to match from its beginning.
      if (key === 'lastIndex' && Object.getOwnPropertyDescriptor(value, key)?.value === 0) continue;
      throw this.#refuse('it would be lost', String(key));
    }
  }

  #refuse(what: string, ...more: readonly string[]): RequestStateError {
    const segments = [...this.#path, ...more];
    const path = segments
      .map((segment) => (typeof segment === 'number' ? `[${segment}]` : `.${segment}`))
      .join('');
    return notData(this.#root + path, what);
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
