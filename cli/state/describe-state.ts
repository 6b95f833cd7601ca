import { inspect } from 'node:util';

import { Continuation } from '../../runtime/continuation.ts';
import { createValueEncoder } from '../../runtime/encode-values.ts';
import { decodeEnvelope, type Envelope } from '../../runtime/envelope.ts';
import { peekSealed } from '../../runtime/peek-sealed.ts';
import { splitContinuation, unpackUnit, type PackedUnit } from '../../runtime/resumable/continuation-text.ts';
import { unpackTask } from '../../runtime/resumable/pack-task.ts';
import { createSealer, readHeader, type SealedHeader } from '../../runtime/seal.ts';
import { createRequesterOf } from '../../runtime/state-codec.ts';
import { decodeTasks, decodeValues, Tagged } from './decode-any.ts';
import { redact } from './redact.ts';

/** Who the state is supposed to be for; what the server knows from its request. */
export interface Requester {
  readonly principal: string;
  readonly audience: string | undefined;
  readonly origin: string | undefined;
}

export interface VariableDescription {
  readonly name: string;
  /** Characters that the value takes before compression and encryption. */
  readonly size: number;
  readonly value: string;
}

/** An activation of a compiled function that waits. */
interface FrameDescription {
  readonly function: string;
  readonly label: number;
  /** The name of the suspension point, where the state has it. */
  readonly point?: string;
  readonly variables: readonly VariableDescription[];
}

export interface StateDescription extends SealedHeader {
  readonly characters: number;
  /** Characters before compression and encryption. */
  readonly textLength: number;
  /** Whether the state was sealed for the requester that was given. */
  readonly authentic: boolean;
  readonly method: string;
  readonly name?: string | undefined;
  readonly argumentsDigest?: string;
  readonly expires: string;
  readonly expired: boolean;
  readonly flow: string;
  readonly round: number;
  readonly reasks: number;
  readonly questions: readonly { readonly key: string; readonly asks: string; readonly answered: boolean }[];
  readonly variables: readonly VariableDescription[];
  readonly frames?: readonly FrameDescription[];
}

interface Options {
  readonly keys: readonly string[];
  readonly requester: Requester;
  readonly reveal: boolean;
  readonly now: number;
}

/**
 * Opens a sealed state for people.
 * @throws {RequestStateRejection} `malformed`, `unknown-key` or `sealed-otherwise`.
 */
export async function describeState(sealed: string, options: Options): Promise<StateDescription> {
  const header = readHeader(sealed);
  const text = await peekSealed(sealed, options.keys);
  const envelope = decodeEnvelope(text, { decode: decodeValues });
  const { method, bound, expires, flow, round, reasks, questions, answers, value } = envelope;
  const variables = new VariablePrinter(options.reveal);
  return {
    ...header,
    characters: sealed.length,
    textLength: text.length,
    authentic: await isAuthentic(sealed, envelope, options),
    method,
    ...(bound === undefined ? {} : { name: bound.name, argumentsDigest: bound.digest }),
    expires: new Date(expires * 1000).toISOString(),
    expired: expires * 1000 <= options.now,
    flow,
    round,
    reasks,
    questions: Object.entries(questions).map(([key, { request }]) => ({
      key,
      asks: askedBy(request),
      answered: Object.hasOwn(answers, key),
    })),
    ...(value instanceof Continuation
      ? { variables: [], frames: framesOf(value, variables) }
      : { variables: variables.describeAll(value) }),
  };
}

async function isAuthentic(
  sealed: string,
  { method }: Envelope,
  { keys, requester }: Options,
): Promise<boolean> {
  const { principal, audience, origin } = requester;
  const headers = new Headers(origin === undefined ? {} : { origin });
  const requesterOf = createRequesterOf({
    principal: () => principal,
    audience,
    origin: origin !== undefined,
  });
  const ctx = { mcpReq: { method }, http: { req: { headers } } } as unknown as Parameters<
    typeof requesterOf
  >[0];
  return createSealer(keys)
    .open(sealed, requesterOf(ctx))
    .then(
      () => true,
      () => false,
    );
}

function askedBy({ method, params }: Envelope['questions'][string]['request']): string {
  const message = params !== undefined && 'message' in params ? params.message : '';
  return message === '' ? method : `${method}: ${message}`;
}

class VariablePrinter {
  readonly #reveal: boolean;
  readonly #encoder = createValueEncoder({
    Tagged: { type: Tagged, toData: ({ data }: Tagged) => data, fromData: (data) => new Tagged('', data) },
  });

  constructor(reveal: boolean) {
    this.#reveal = reveal;
  }

  describeAll(state: unknown): VariableDescription[] {
    const isRecord =
      typeof state === 'object' && state !== null && Object.getPrototypeOf(state) === Object.prototype;
    return isRecord
      ? Object.entries(state).map(([name, value]) => this.describe(name, value))
      : [this.describe('(state)', state)];
  }

  describe(name: string, value: unknown): VariableDescription {
    const shown = this.#reveal ? value : redact(value, name);
    const text = inspect(shown, {
      depth: 6,
      breakLength: Infinity,
      maxStringLength: 200,
      maxArrayLength: 20,
    });
    return { name, size: this.#encoder.encode(value).length, value: text };
  }
}

/** The activations that a continuation waits in. Their variables have names when the server keeps them in its states. */
function framesOf({ text }: Continuation, variables: VariablePrinter): FrameDescription[] {
  const { units, frames, body } = splitContinuation(text);
  const unpacking = {
    rootOf: (unit: number): unknown => ({ unit: new Tagged('Unit', [unit]), index: 0 }),
    taskAt: () => undefined,
  };
  return decodeTasks(body).flatMap((packed, place): FrameDescription[] => {
    const task = unpackTask(packed, unpacking);
    if (task.kind !== 'activation') return [];
    const closure = recordOf(task.closure);
    const [unit] = dataOf(closure?.['unit']) as [number];
    const names = frames?.[place] === 0 ? undefined : frames?.[place];
    return [
      {
        function: printFunction(units[unit], String(closure?.['index'])),
        label: task.label,
        ...(names?.point === undefined ? {} : { point: names.point }),
        variables: task.slots.map((slot, at) => describeSlot(names?.slots[at] ?? '#', slot, at, variables)),
      },
    ];
  });
}

/** A slot holds a value, or the box of a variable: see `MachineCode.names`. */
function describeSlot(
  name: string,
  slot: unknown,
  at: number,
  variables: VariablePrinter,
): VariableDescription {
  const source = name.replace(/^[#&]/, '');
  const value = name.startsWith('&') ? recordOf(slot)?.['v'] : slot;
  return variables.describe(source === '' ? `#${at}` : source, value);
}

function printFunction(packed: PackedUnit | undefined, index: string): string {
  const { hash, id, path } = unpackUnit(packed ?? '');
  const name = id ?? (path.length === 0 ? 'handler' : path.join('.'));
  return `${name}${id === undefined || index !== '0' ? `#${index}` : ''} (version ${hash})`;
}

function dataOf(value: unknown): unknown {
  return value instanceof Tagged ? value.data : undefined;
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
}
