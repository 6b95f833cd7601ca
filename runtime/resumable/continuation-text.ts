/** A unit that a continuation mentions: its version, where states keep names its id, and where it is found from the handler on. */
export type PackedUnit = string | readonly [hash: string, ...idAndPath: readonly (string | number)[]];

/** What the frame of an activation means: known to its own version of the code, and to others only from this. */
export interface FrameNames {
  /** The suspension point, when it has a name of its own. */
  readonly point?: string;
  readonly slots: readonly string[];
}

/** The parts of a continuation's text. */
export interface ContinuationText {
  readonly units: readonly PackedUnit[];
  /** For each open task, 0 for those that are no activations; absent unless states keep names. */
  readonly frames?: readonly (FrameNames | 0)[];
  /** The open tasks as values of the encoding; read it with the units at hand. */
  readonly body: string;
}

/** In front of a body that is plain JSON: it takes a third of the time. Those of devalue begin with a bracket or a digit. */
const JSON_MARK = 'j';

export function printContinuation({ units, frames, body }: ContinuationText): string {
  return `${JSON.stringify(frames === undefined ? units : { units, frames })}\n${body}`;
}

/** @throws {SyntaxError} for a text of another form. */
export function splitContinuation(text: string): ContinuationText {
  const end = text.indexOf('\n');
  const head: unknown = JSON.parse(text.slice(0, Math.max(end, 0)));
  const { units, frames } = (Array.isArray(head) ? { units: head } : head) as Partial<ContinuationText>;
  if (!Array.isArray(units) || !units.every(isPackedUnit)) throw new SyntaxError('not a continuation');
  const body = text.slice(end + 1);
  return frames === undefined ? { units, body } : { units, frames, body };
}

/** A body in which no value needs an encoding. */
export function printPlainBody(tasks: unknown): string {
  return JSON_MARK + JSON.stringify(tasks);
}

/** What {@link printPlainBody} wrote; undefined for a body of another kind. */
export function parsePlainBody(body: string): unknown {
  return body.startsWith(JSON_MARK) ? JSON.parse(body.slice(JSON_MARK.length)) : undefined;
}

/** The parts of a packed unit. */
export function unpackUnit(packed: PackedUnit): {
  readonly hash: string;
  readonly id: string | undefined;
  readonly path: readonly number[];
} {
  if (typeof packed === 'string') return { hash: packed, id: undefined, path: [] };
  const [hash, ...rest] = packed;
  const [first] = rest;
  const path = rest.filter((part) => typeof part === 'number');
  return { hash, id: typeof first === 'string' ? first : undefined, path };
}

function isPackedUnit(unit: unknown): unit is PackedUnit {
  if (typeof unit === 'string') return true;
  if (!Array.isArray(unit)) return false;
  const [hash, first, ...path]: unknown[] = unit;
  const isStart = first === undefined || typeof first === 'string' || Number.isInteger(first);
  return typeof hash === 'string' && isStart && path.every(Number.isInteger);
}
