import { DevalueError, parse, stringify } from 'devalue';

import { assertData, ERROR_CLASSES, notData } from './assert-data.ts';
import { propertiesOf, withProperties, type ErrorProperties } from './error-properties.ts';
import { namedClasses } from './value-class.ts';
import type { NamedClass, ValueClasses } from './value-class.ts';

/** In front of plain JSON, which takes a third of the time; devalue's texts start with a bracket, a digit or a minus. */
const JSON_MARK = 'j';

/** In front of the names of registered classes, which must not be taken for types of devalue. */
export const CLASS_TAG = 'class ';

type ErrorData = readonly [type: string, ...ErrorProperties];
type Converters = Record<string, (value: unknown) => unknown>;

/** Writes and reads the values of a state. */
export interface ValueEncoder {
  /**
   * Values as text that {@link ValueEncoder.decode} restores: what devalue keeps (dates, maps, sets, typed arrays, cycles,
   * shared references), errors of the language's own classes without their stacks, buffers, and registered classes.
   * @throws {RequestStateError} naming the path of a value that is not data. No code of a value runs, but `toData`.
   */
  encode(value: unknown): string;
  /** Restores what {@link ValueEncoder.encode} wrote. Only for text that has been authenticated. */
  decode(text: string): unknown;
}

export function createValueEncoder(classes: ValueClasses = {}): ValueEncoder {
  const registered = namedClasses(classes);
  const prototypes = new Set(registered.map(({ prototype }) => prototype));
  const isRegistered = (prototype: object): boolean => prototypes.has(prototype);
  const reducers: Converters = { Buffer: reduceBuffer, Error: reduceError };
  const revivers: Converters = { Buffer: reviveBuffer, Error: reviveError };
  for (const valueClass of registered) {
    reducers[CLASS_TAG + valueClass.name] = (value) => reduceInstance(valueClass, value, isRegistered);
    revivers[CLASS_TAG + valueClass.name] = (data) => valueClass.fromData((data as readonly unknown[])[0]);
  }
  return {
    encode(value) {
      if (assertData(value, isRegistered)) return JSON_MARK + JSON.stringify(value);
      try {
        return stringify(value, reducers);
      } catch (error) {
        if (error instanceof DevalueError) throw notData(error.path, error.message);
        throw error;
      }
    },
    decode: (text) =>
      text.startsWith(JSON_MARK) ? JSON.parse(text.slice(JSON_MARK.length)) : parse(text, revivers),
  };
}

/** How the instances of registered classes are written into a continuation, and read from it. */
export function classConverters(classes: ValueClasses): {
  readonly reducers: Converters;
  readonly revivers: Converters;
} {
  const reducers: Converters = {};
  const revivers: Converters = {};
  for (const { name, prototype, toData, fromData } of namedClasses(classes)) {
    reducers[CLASS_TAG + name] = (value) =>
      typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === prototype
        ? [toData(value)]
        : undefined;
    revivers[CLASS_TAG + name] = (data) => fromData((data as readonly unknown[])[0]);
  }
  return { reducers, revivers };
}

/** In a list, since an encoding that is falsy counts as none. */
function reduceInstance(
  valueClass: NamedClass,
  value: unknown,
  isRegistered: (prototype: object) => boolean,
): readonly unknown[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Object.getPrototypeOf(value) !== valueClass.prototype) return undefined;
  const data = valueClass.toData(value);
  assertData(data, isRegistered, `(${valueClass.name})`);
  return [data];
}

interface BufferClass {
  isBuffer(value: unknown): value is Uint8Array;
  from(bytes: Uint8Array): Uint8Array;
}

function reduceBuffer(value: unknown): Uint8Array | undefined {
  const { Buffer } = globalThis as { Buffer?: BufferClass };
  return Buffer?.isBuffer(value) === true ? Uint8Array.from(value) : undefined;
}

function reviveBuffer(bytes: unknown): Uint8Array {
  const { Buffer } = globalThis as { Buffer?: BufferClass };
  return Buffer === undefined ? (bytes as Uint8Array) : Buffer.from(bytes as Uint8Array);
}

function reduceError(value: unknown): ErrorData | undefined {
  if (!(value instanceof Error)) return undefined;
  const prototype: unknown = Object.getPrototypeOf(value);
  const type = Object.keys(ERROR_CLASSES).find((name) => ERROR_CLASSES[name]?.prototype === prototype);
  return type === undefined ? undefined : [type, ...propertiesOf(value)];
}

function reviveError(data: unknown): Error {
  const [type, ...properties] = data as ErrorData;
  const constructor = ERROR_CLASSES[type] ?? Error;
  return withProperties(new constructor(), properties);
}
