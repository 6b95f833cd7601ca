/** A unit that a continuation mentions: its version, and where it is found from the handler on. */
export type PackedUnit = string | readonly [hash: string, ...path: readonly number[]];

/** The parts of a continuation's text. */
export interface ContinuationText {
  readonly units: readonly PackedUnit[];
  /** The open tasks as values of the encoding; read it with the units at hand. */
  readonly body: string;
}

/** In front of a body that is plain JSON: it takes a third of the time. Those of devalue begin with a bracket or a digit. */
const JSON_MARK = 'j';

export function printContinuation({ units, body }: ContinuationText): string {
  return `${JSON.stringify(units)}\n${body}`;
}

/** @throws {SyntaxError} for a text of another form. */
export function splitContinuation(text: string): ContinuationText {
  const end = text.indexOf('\n');
  const units: unknown = JSON.parse(text.slice(0, Math.max(end, 0)));
  if (!Array.isArray(units) || !units.every(isPackedUnit)) throw new SyntaxError('not a continuation');
  return { units, body: text.slice(end + 1) };
}

/** A body in which no value needs an encoding. */
export function printPlainBody(tasks: unknown): string {
  return JSON_MARK + JSON.stringify(tasks);
}

/** What {@link printPlainBody} wrote; undefined for a body of another kind. */
export function parsePlainBody(body: string): unknown {
  return body.startsWith(JSON_MARK) ? JSON.parse(body.slice(JSON_MARK.length)) : undefined;
}

function isPackedUnit(unit: unknown): unit is PackedUnit {
  if (typeof unit === 'string') return true;
  if (!Array.isArray(unit)) return false;
  const [hash, ...path]: unknown[] = unit;
  return typeof hash === 'string' && path.every(Number.isInteger);
}
