import type { InputRequest } from '@modelcontextprotocol/server';

import { Continuation } from './continuation.ts';
import type { ValueEncoder } from './encode-values.ts';
import { lengthen, shorten } from './phrases.ts';
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
  /** Of the state of a handler that is not compiled. */
  readonly version?: string | undefined;
  /** The handler's state; a {@link Continuation} when it is a resumable function. */
  readonly value: unknown;
}

type PackedQuestion = InputRequest | readonly [request: InputRequest, unvalidated: 1];

/** In the order in which they are written, without the empty ones at the end: names would cost more than most values. */
type Fields = readonly [
  method: string | number,
  expires: number,
  flow: string,
  round: number,
  /** Empty without a binding. */
  digest: string,
  /** 0 for a request without a name. */
  name?: string | 0,
  questions?: Readonly<Record<string, PackedQuestion>>,
  reasks?: number,
  answers?: InputResponseMap,
  version?: string | 0,
];

/** The methods whose index is written in their place. */
const METHODS = ['tools/call', 'prompts/get', 'resources/read'];

/** In front of a continuation, which is in a form of its own; values begin with `j` or as JSON does. */
const CONTINUATION_MARK = 'c';

/** One line of JSON for the runtime, and the rest for the handler's values. */
export function encodeEnvelope(envelope: Envelope, encoder: Pick<ValueEncoder, 'encode'>): string {
  const { expires, flow, round, reasks, answers, bound, value } = envelope;
  const method = METHODS.indexOf(envelope.method);
  const questions = Object.entries(envelope.questions).map(([key, { request, unvalidated }]) => [
    key,
    unvalidated ? [request, 1] : request,
  ]);
  const fields: unknown[] = [method < 0 ? envelope.method : method, expires, flow, round];
  fields.push(
    bound?.digest ?? '',
    bound?.name ?? 0,
    Object.fromEntries(questions),
    reasks,
    answers,
    envelope.version ?? 0,
  );
  while (isEmpty(fields.at(-1))) fields.pop();
  const text = value instanceof Continuation ? CONTINUATION_MARK + value.text : encoder.encode(value);
  return `${shorten(JSON.stringify(fields))}\n${text}`;
}

/**
 * Reads what {@link encodeEnvelope} wrote, after it has been authenticated.
 * @throws {RequestStateRejection} `malformed` for a text of another origin, which a foreign codec may have sealed.
 */
export function decodeEnvelope(text: string, encoder: Pick<ValueEncoder, 'decode'>): Envelope {
  const end = text.indexOf('\n');
  try {
    const fields: unknown = JSON.parse(lengthen(text.slice(0, Math.max(end, 0))));
    if (!isFields(fields)) throw new RequestStateRejection('malformed');
    const [
      packed,
      expires,
      flow,
      round,
      digest,
      name = 0,
      asked = {},
      reasks = 0,
      answers = {},
      version = 0,
    ] = fields;
    const questions: Record<string, Question> = {};
    for (const [key, question] of Object.entries(asked)) define(questions, key, unpackQuestion(question));
    const method = typeof packed === 'number' ? (METHODS[packed] ?? '') : packed;
    const rest = text.slice(end + 1);
    const value = rest.startsWith(CONTINUATION_MARK)
      ? new Continuation(rest.slice(CONTINUATION_MARK.length))
      : encoder.decode(rest);
    const common = { method, expires, flow, round, reasks, questions, answers, value };
    const unbound = version === 0 ? common : { ...common, version };
    return digest === '' ? unbound : { ...unbound, bound: { digest, name: name === 0 ? undefined : name } };
  } catch {
    throw new RequestStateRejection('malformed');
  }
}

function unpackQuestion(packed: PackedQuestion): Question {
  if ('method' in packed) return { request: packed, unvalidated: false };
  return { request: packed[0], unvalidated: true };
}

function isEmpty(field: unknown): boolean {
  return typeof field === 'object' ? Object.keys(field ?? {}).length === 0 : field === 0;
}

const FIELD_TYPES = [
  ['string', 'number'],
  ['number'],
  ['string'],
  ['number'],
  ['string'],
  ['string', 'number'],
  ['object'],
  ['number'],
  ['object'],
  ['string', 'number'],
];

function isFields(fields: unknown): fields is Fields {
  if (!Array.isArray(fields) || fields.length < 5 || fields.length > FIELD_TYPES.length) return false;
  return fields.every(
    (field, index) => FIELD_TYPES[index]?.includes(typeof field) === true && field !== null,
  );
}

/** Sets a key that may be `__proto__`. */
function define(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}
