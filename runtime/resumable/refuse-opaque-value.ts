/**
 * Refuses, without running anything, an object that its encoding would read with effects or restore as something else:
 * accessors, hidden properties, read-only ones of an object that is not closed as a whole, properties of its own on
 * arrays and collections.
 * @throws {TypeError} naming the property.
 */
export function refuseOpaqueValue(value: unknown): void {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return;
  for (const key of Reflect.ownKeys(value)) {
    if (isRestored(value, key)) continue;
    const property = Object.getOwnPropertyDescriptor(value, key);
    const name = String(key);
    if (property === undefined) continue;
    if (!('value' in property)) throw new TypeError(`its property ${name} is an accessor`);
    if (value instanceof Error) continue;
    if (property.enumerable !== true) throw new TypeError(`its property ${name} is not enumerable`);
    if (isFixed(value, property)) throw new TypeError(`its property ${name} is read-only`);
    if (keepsNoProperties(value, key)) throw new TypeError(`its own property ${name} would be lost`);
  }
}

/**
 * Refuses a function that is more than its code and what it captured: what code that ran has put on it would be lost.
 * @throws {TypeError} naming the property.
 */
export function refuseChangedFunction(fn: (...args: never[]) => unknown): void {
  for (const key of Reflect.ownKeys(fn)) {
    if (!OWN_OF_FUNCTIONS.has(key)) throw new TypeError(`its own property ${String(key)} would be lost`);
  }
  const prototype = Reflect.get(fn, 'prototype') as object | undefined;
  if (prototype !== undefined && !isUnchangedPrototype(prototype, fn))
    throw new TypeError('what its prototype has been given would be lost');
}

const OWN_OF_FUNCTIONS: ReadonlySet<PropertyKey> = new Set([
  'length',
  'name',
  'prototype',
  'arguments',
  'caller',
]);

/** As ECMA-262 10.2.5 makes it; that of a generator has no members. */
function isUnchangedPrototype(prototype: object, fn: unknown): boolean {
  const keys = Reflect.ownKeys(prototype);
  if (keys.length === 0)
    return prototype instanceof Object && Object.getPrototypeOf(prototype) !== Object.prototype;
  return (
    keys.length === 1 &&
    Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value === fn &&
    Object.getPrototypeOf(prototype) === Object.prototype
  );
}

/** Whether a property is more closed than its object as a whole, which is what a continuation keeps. */
function isFixed(value: object, { writable, configurable }: PropertyDescriptor): boolean {
  if (writable === true && configurable === true) return false;
  return !(writable === true ? Object.isSealed(value) : Object.isFrozen(value));
}

/** What the encoding of errors, arrays and regular expressions takes care of. */
function isRestored(value: object, key: PropertyKey): boolean {
  if (value instanceof Error) return key === 'stack' || key === 'message';
  return (Array.isArray(value) && key === 'length') || (value instanceof RegExp && key === 'lastIndex');
}

function keepsNoProperties(value: object, key: PropertyKey): boolean {
  if (Array.isArray(value)) return !isIndex(key);
  return value instanceof Map || value instanceof Set || value instanceof Date || value instanceof RegExp;
}

function isIndex(key: PropertyKey): boolean {
  return typeof key === 'string' && /^\d+$/.test(key) && Number(key) < 2 ** 32 - 1;
}
