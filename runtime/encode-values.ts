import { DevalueError, parse, stringify } from 'devalue';

import { RequestStateError } from './request-state-error.ts';

const ERROR_TYPES = {
  Error,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
} as const;

type ErrorData = readonly [
  type: string,
  message: string,
  name: string,
  own: Record<string, unknown>,
  cause: unknown,
];

/**
 * Values as text that {@link decodeValues} restores: what devalue keeps (dates, maps, sets, typed arrays, cycles, shared
 * references), plus errors and URLs.
 * @throws {RequestStateError} naming the path of a value that is not data: a function, a promise, a class instance, or an
 *   accessor, which is refused and not run.
 */
export function encodeValues(value: unknown): string {
  refuseAccessors(value, '', new Set());
  try {
    return stringify(value, { Error: reduceError, URL: (item: unknown) => item instanceof URL && item.href });
  } catch (error) {
    if (!(error instanceof DevalueError)) throw error;
    throw notData(error.path, `${error.message} (${describe(error.value)})`);
  }
}

/** Restores what {@link encodeValues} wrote. Only for text that has been authenticated. */
export function decodeValues(text: string): unknown {
  return parse(text, { Error: reviveError, URL: (href: string) => new URL(href) });
}

function notData(path: string, what: string): RequestStateError {
  const at = path === '' ? 'the state' : `state${path}`;
  return new RequestStateError(`${at} cannot be carried to the next round: ${what}`);
}

function describe(value: unknown): string {
  if (typeof value === 'function') return `function ${value.name || 'without a name'}`;
  return Object.prototype.toString.call(value);
}

/** Reading an accessor would run user code while sealing. (A proxy cannot be told from its target without Node.) */
function refuseAccessors(value: unknown, path: string, seen: Set<object>): void {
  if (typeof value !== 'object' || value === null || seen.has(value)) return;
  seen.add(value);
  if (value instanceof Map) {
    for (const [key, member] of value) {
      refuseAccessors(key, `${path}.keys()`, seen);
      refuseAccessors(member, `${path}.get(${String(key)})`, seen);
    }
    return;
  }
  if (value instanceof Set) {
    for (const member of value) refuseAccessors(member, `${path}.values()`, seen);
    return;
  }
  if (ArrayBuffer.isView(value)) return;
  for (const [key, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(value))) {
    const memberPath = Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`;
    if (descriptor.get !== undefined || descriptor.set !== undefined)
      throw notData(memberPath, 'it is an accessor');
    refuseAccessors(descriptor.value, memberPath, seen);
  }
}

function reduceError(value: unknown): ErrorData | false {
  if (!(value instanceof Error)) return false;
  const type =
    Object.entries(ERROR_TYPES).find(([, constructor]) => value.constructor === constructor)?.[0] ?? 'Error';
  const own: Record<string, unknown> = {};
  for (const key of Object.keys(value)) own[key] = (value as unknown as Record<string, unknown>)[key];
  return [type, value.message, value.name, own, value.cause];
}

function reviveError([type, message, name, own, cause]: ErrorData): Error {
  const constructor = Object.hasOwn(ERROR_TYPES, type)
    ? ERROR_TYPES[type as keyof typeof ERROR_TYPES]
    : Error;
  const error = new constructor(message, cause === undefined ? undefined : { cause });
  if (error.name !== name)
    Object.defineProperty(error, 'name', { value: name, configurable: true, writable: true });
  for (const [key, member] of Object.entries(own)) {
    Object.defineProperty(error, key, {
      value: member,
      configurable: true,
      enumerable: true,
      writable: true,
    });
  }
  return error;
}
