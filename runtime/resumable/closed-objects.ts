interface Closing {
  readonly isClosed: (value: object) => boolean;
  readonly close: (value: object) => object;
}

/** The calls of ECMA-262 20.1.2 that close an object, from the strongest on. */
const CLOSINGS: readonly Closing[] = [
  { isClosed: Object.isFrozen, close: Object.freeze },
  { isClosed: Object.isSealed, close: Object.seal },
  { isClosed: (value: object) => !Object.isExtensible(value), close: Object.preventExtensions },
];

/** The objects of a continuation that no longer take properties, with the place of what closed them in {@link CLOSINGS}. */
export type ClosedObjects = Map<object, number>;

/** Remembers `value` when it is frozen, sealed or not extensible: writing to it throws, also after a round. */
export function collectClosed(value: object, closed: ClosedObjects): void {
  if (Object.isExtensible(value)) return;
  closed.set(
    value,
    CLOSINGS.findIndex((closing) => closing.isClosed(value)),
  );
}

/** Closes what {@link collectClosed} found, when all of it has been restored. */
export function closeAgain(closed: ClosedObjects): void {
  for (const [value, closing] of closed) CLOSINGS[closing]?.close(value);
}
