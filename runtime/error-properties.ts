type Properties = Readonly<Record<string, unknown>>;

/** What an error says, without its stack: the properties that listings of it show, and those that they do not. */
export type ErrorProperties = readonly [shown: Properties, hidden: Properties];

/** Reads what an error says; symbols are left out. */
export function propertiesOf(error: Error): ErrorProperties {
  const shown: Record<string, unknown> = {};
  const hidden: Record<string, unknown> = {};
  for (const [key, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(error))) {
    if (key !== 'stack') (descriptor.enumerable === true ? shown : hidden)[key] = descriptor.value;
  }
  return [shown, hidden];
}

/** Gives a new error what another one said. */
export function withProperties(error: Error, [shown, hidden]: ErrorProperties): Error {
  define(error, hidden, false);
  define(error, shown, true);
  // The stack of another process says nothing here, and the one of this function misleads.
  define(error, { stack: String(error) }, false);
  return error;
}

function define(target: Error, properties: Properties, enumerable: boolean): void {
  for (const [key, value] of Object.entries(properties)) {
    Object.defineProperty(target, key, { value, enumerable, configurable: true, writable: true });
  }
}
