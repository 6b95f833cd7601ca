import { isProxy } from '../is-proxy.ts';

/** How deep a value may be nested to be looked at here; the encoder takes deeper ones its own way. */
const MAX_DEPTH = 100;

/**
 * Whether JSON keeps a value whole: a tree of plain objects, dense arrays and the primitives of JSON, in which no object
 * occurs twice, none has a meaning of its own and none is closed to writing. No code of the value runs.
 * @param seen the objects that have occurred; those of the value are added.
 * @param isSpecial objects that must not be copied.
 */
export function isPlainTree(
  value: unknown,
  seen: Set<object>,
  isSpecial: (value: object) => boolean,
  depth = 0,
): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0);
    case 'object':
      break;
    default:
      return false;
  }
  if (value === null) return true;
  if (depth > MAX_DEPTH || seen.has(value) || isSpecial(value) || isProxy(value)) return false;
  if (!Object.isExtensible(value)) return false;
  seen.add(value);
  const isMember = (member: unknown): boolean => isPlainTree(member, seen, isSpecial, depth + 1);
  return Array.isArray(value) ? isPlainArray(value, isMember) : isPlainRecord(value, isMember);
}

function isPlainRecord(value: object, isMember: (member: unknown) => boolean): boolean {
  if (Object.getPrototypeOf(value) !== Object.prototype) return false;
  return Reflect.ownKeys(value).every((key) => {
    const property = Object.getOwnPropertyDescriptor(value, key);
    if (typeof key === 'symbol' || key === '__proto__' || property?.enumerable !== true) return false;
    return property.writable === true && property.configurable === true && isMember(property.value);
  });
}

function isPlainArray(value: readonly unknown[], isMember: (member: unknown) => boolean): boolean {
  if (Object.getPrototypeOf(value) !== Array.prototype) return false;
  // The indexes and `length`, and no holes.
  if (Reflect.ownKeys(value).length !== value.length + 1) return false;
  for (let index = 0; index < value.length; index++) {
    const property = Object.getOwnPropertyDescriptor(value, index);
    if (property?.writable !== true || property.configurable !== true || !isMember(property.value))
      return false;
  }
  return true;
}
