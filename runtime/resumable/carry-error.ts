const builtIn = { Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError } as const;

interface CarriedError {
  readonly type: keyof typeof builtIn;
  readonly message: string;
  readonly stack: string | undefined;
  readonly rest: Readonly<Record<string, unknown>>;
}

/** An error of a built-in class as data; others are not data, because their class would be lost. */
export function carriedError(error: Error): CarriedError | undefined {
  const type = (Object.keys(builtIn) as (keyof typeof builtIn)[]).find(
    (name) => Object.getPrototypeOf(error) === builtIn[name].prototype,
  );
  if (type === undefined) return undefined;
  const rest: Record<string, unknown> = {};
  for (const key of Object.getOwnPropertyNames(error)) {
    if (key !== 'message' && key !== 'stack') rest[key] = Reflect.get(error, key);
  }
  return { type, message: error.message, stack: error.stack, rest };
}

export function revivedError(data: unknown): Error {
  const { type, message, stack, rest } = data as CarriedError;
  const error = new builtIn[type](message);
  const hidden = { enumerable: false, writable: true, configurable: true };
  Object.defineProperty(error, 'stack', { ...hidden, value: stack });
  if ('cause' in rest) Object.defineProperty(error, 'cause', { ...hidden, value: rest['cause'] });
  for (const key of Object.keys(rest)) if (key !== 'cause') Reflect.set(error, key, rest[key]);
  return error;
}
