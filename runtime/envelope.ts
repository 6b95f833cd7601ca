import type { InputRequest } from '@modelcontextprotocol/server';

import type { ValueEncoder } from './encode-values.ts';
import { RequestStateRejection } from './request-state-error.ts';

/** One thing the client was asked. */
export interface Question {
  readonly request: InputRequest;
  /** Asked through `send`, which never validated accepted content. */
  readonly unvalidated: boolean;
}

export type Questions = Readonly<Record<string, Question>>;
export type InputResponseMap = Readonly<Record<string, unknown>>;

/** What is sealed: the handler's own state, and what the runtime needs to check the next round. */
export interface Envelope {
  readonly method: string;
  /** What a protected server bound the state to; without it, `mint` was called on a server that was not protected. */
  readonly bound?: {
    /** The tool, prompt or resource asked for. */
    readonly name: string | undefined;
    /** Of the request's params without `_meta`. */
    readonly digest: string;
  };
  /** Unix time in seconds. */
  readonly expires: number;
  /** Identifies the flow over all its rounds. */
  readonly flow: string;
  /** The number of the round that sealed this, from 1. */
  readonly round: number;
  /** How often the questions of this round have been asked again. */
  readonly reasks: number;
  readonly questions: Questions;
  /** Answers already given to questions of this round. */
  readonly answers: InputResponseMap;
  /** The handler's state. */
  readonly value: unknown;
}

/** In the order in which they are written: names would cost more than most values. */
type Fields = readonly [
  method: string,
  expires: number,
  flow: string,
  round: number,
  reasks: number,
  questions: Readonly<Record<string, readonly [request: InputRequest, unvalidated: 0 | 1]>>,
  answers: InputResponseMap,
  digest?: string,
  name?: string,
];

/** One line of JSON for the runtime, and the rest for the handler's values. */
export function encodeEnvelope(envelope: Envelope, encoder: Pick<ValueEncoder, 'encode'>): string {
  const { method, expires, flow, round, reasks, answers, bound } = envelope;
  const questions = Object.fromEntries(
    Object.entries(envelope.questions).map(([key, { request, unvalidated }]) => [
      key,
      [request, unvalidated ? 1 : 0],
    ]),
  );
  const binding =
    bound === undefined ? [] : bound.name === undefined ? [bound.digest] : [bound.digest, bound.name];
  const fields = [method, expires, flow, round, reasks, questions, answers, ...binding];
  return `${JSON.stringify(fields)}\n${encoder.encode(envelope.value)}`;
}

/**
 * Reads what {@link encodeEnvelope} wrote, after it has been authenticated.
 * @throws {RequestStateRejection} `malformed` for a text of another origin, which a foreign codec may have sealed.
 */
export function decodeEnvelope(text: string, encoder: Pick<ValueEncoder, 'decode'>): Envelope {
  const end = text.indexOf('\n');
  try {
    const fields: unknown = JSON.parse(text.slice(0, Math.max(end, 0)));
    if (!isFields(fields)) throw new RequestStateRejection('malformed');
    const [method, expires, flow, round, reasks, asked, answers, digest, name] = fields;
    const questions: Record<string, Question> = {};
    for (const [key, [request, unvalidated]] of Object.entries(asked)) {
      define(questions, key, { request, unvalidated: unvalidated === 1 });
    }
    const value = encoder.decode(text.slice(end + 1));
    const unbound = { method, expires, flow, round, reasks, questions, answers, value };
    return digest === undefined ? unbound : { ...unbound, bound: { digest, name } };
  } catch {
    throw new RequestStateRejection('malformed');
  }
}

function isFields(fields: unknown): fields is Fields {
  if (!Array.isArray(fields) || fields.length < 7 || fields.length > 9) return false;
  const types = ['string', 'number', 'string', 'number', 'number', 'object', 'object', 'string', 'string'];
  return fields.every((field, index) => typeof field === types[index] && field !== null);
}

/** Sets a key that may be `__proto__`. */
function define(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}
