/**
 * Refuses, without running anything, an object that its encoding would read with effects or restore as something else:
 * accessors, hidden properties, properties of its own on arrays and collections.
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
    if (keepsNoProperties(value, key)) throw new TypeError(`its own property ${name} would be lost`);
  }
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
