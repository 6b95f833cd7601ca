import { inspect as print } from 'loupe';

interface InspectOptions {
  readonly depth?: number;
  readonly maxStringLength?: number;
}

/** Values as text; what Node would wrap stays on one line. */
export const inspect = Object.assign(
  (value: unknown, { depth = 6 }: InspectOptions = {}): string => print(value, { depth, truncate: 4000 }),
  { custom: Symbol.for('nodejs.util.inspect.custom') },
);
