import {
  inputRequired,
  ProtocolError,
  ProtocolErrorCode,
  type InputRequests,
  type InputRequiredResult,
  type McpServer,
  type Server,
  type ServerContext,
} from '@modelcontextprotocol/server';

import { isWellFormed, schemaMismatch } from './answers.ts';
import { assertCanAsk } from './client-capabilities.ts';
import { decodeValues, encodeValues } from './encode-values.ts';
import {
  bindingOf,
  bindRequest,
  identifyRequest,
  OpenedState,
  questionsOf,
  type Envelope,
  type InputResponseMap,
  type RequestBinding,
} from './request-binding.ts';
import { RequestStateError, RequestStateRejection, type RejectionReason } from './request-state-error.ts';
import { authenticatedPrincipal, bindCodec, sealingCodec, type StateCodec } from './state-codec.ts';
import { defaultKey } from './state-key.ts';

export interface RequestStateOptions {
  /** At least 32 bytes, the same in every process of the fleet. Default: the environment variable MRTR_STATE_KEY. */
  readonly key?: string | Uint8Array;
  /** How long a client may take to answer one round, in seconds. Default 600. */
  readonly ttlSeconds?: number;
  /** Who is asking; a state is refused for anybody else. Default: client, issuer and subject of the request's `authInfo`. */
  readonly principal?: (ctx: ServerContext) => string;
  /** Seals instead of AES-GCM, for example the SDK's codec (authenticated, but readable by the client). */
  readonly codec?: StateCodec;
  /** The longest sealed state in characters. Default 32768. */
  readonly maxLength?: number;
  /** How often the questions of one round are asked again when answers are missing or malformed. Default 5. */
  readonly maxReasks?: number;
  /** What to do with accepted content that does not match its schema: throw as `elicitInput` did (default), or ask again. */
  readonly onInvalid?: 'throw' | 'reask';
  /** Milliseconds since 1970; for tests. */
  readonly now?: () => number;
}

/** Seals and opens the state of multi-round-trip handlers and binds it to the request it was made for. */
export interface RequestState {
  /**
   * Opens a sealed state: pass the whole object as `requestState` to `new McpServer(info, { requestState })`.
   * @throws {RequestStateRejection} which the SDK answers with -32602.
   */
  verify(state: string, ctx: ServerContext): Promise<unknown>;
  /** Seals a state without questions. Handlers use {@link RequestState.ask}. */
  mint(payload: unknown, ctx: ServerContext): Promise<string>;
  /**
   * Prepares a new server, before anything is registered on it: every request is then checked against the state it
   * brings (name, arguments, answers) before its handler runs, and missing answers are asked for again.
   * @returns the same server.
   */
  protect<S extends McpServer | Server>(server: S): S;
  /**
   * Ends the round: asks the client and seals `state` for the next one. Without `state` nothing is sealed, and the
   * handler starts again from the top with the answers.
   * @returns what the handler returns.
   * @throws {SdkError | ProtocolError} what the await-style ask threw when the client lacks the capability.
   * @throws {RequestStateError} when the state is not data or too large, or the server is not protected.
   */
  ask<State = undefined>(
    ctx: ServerContext,
    requests: InputRequests,
    state?: State,
  ): Promise<InputRequiredResult>;
}

const DEFAULTS = { ttlSeconds: 600, maxLength: 32_768, maxReasks: 5, onInvalid: 'throw' } as const;

/** The requests that may be answered with an InputRequiredResult (specification 2026-07-28, basic/patterns/mrtr). */
const MRTR_METHODS: ReadonlySet<string> = new Set(['tools/call', 'prompts/get', 'resources/read']);

/** Creates the codec of a server. One per process is enough; all processes of a fleet need the same key. */
export function createRequestState(options: RequestStateOptions = {}): RequestState {
  return new SealedRequestState(options);
}

class SealedRequestState implements RequestState {
  readonly #options: RequestStateOptions & Required<Pick<RequestStateOptions, keyof typeof DEFAULTS>>;
  #codec: StateCodec | undefined;

  constructor(options: RequestStateOptions) {
    this.#options = { ...DEFAULTS, ...options };
    if (options.codec !== undefined) this.#codec = bindCodec(options.codec, this.#principalOf);
    // Fails at start-up, not at the first ask.
    if (options.key !== undefined) this.#codec ??= sealingCodec(options.key, this.#principalOf);
  }

  // The SDK takes `verify` off the object, so it must not depend on how it is called.
  readonly verify = async (state: string, ctx: ServerContext): Promise<unknown> => {
    const envelope = decodeValues(await this.#sealer().verify(state, ctx)) as Envelope;
    if (envelope.method !== ctx.mcpReq.method) throw new RequestStateRejection('other-request');
    if (envelope.expires * 1000 <= this.#now()) throw new RequestStateRejection('expired');
    return new OpenedState(envelope);
  };

  readonly mint = async (payload: unknown, ctx: ServerContext): Promise<string> => {
    return this.#seal(await this.#envelope(bindingOf(ctx), {}, payload), ctx);
  };

  protect<S extends McpServer | Server>(server: S): S {
    const target: Server = 'server' in server ? server.server : server;
    const register = target.setRequestHandler.bind(target) as AnyRegister;
    const guarded: AnyRegister = (method, ...rest) => {
      if (!MRTR_METHODS.has(method)) return register(method, ...rest);
      const handler = rest.pop();
      return register(
        method,
        ...rest,
        typeof handler === 'function' ? this.#guard(target, handler as AnyHandler) : handler,
      );
    };
    target.setRequestHandler = guarded;
    return server;
  }

  async ask<State>(ctx: ServerContext, requests: InputRequests, state?: State): Promise<InputRequiredResult> {
    const binding = bindingOf(ctx);
    const questions = questionsOf(requests);
    for (const question of Object.values(questions)) assertCanAsk(question, ctx, binding);
    if (state === undefined) return inputRequired({ inputRequests: requests });
    const requestState = await this.#seal(await this.#envelope(binding, questions, state), ctx);
    return inputRequired({ inputRequests: requests, requestState });
  }

  #guard(server: Server, handler: AnyHandler): AnyHandler {
    return async (request, ctx) => {
      const { name, digest } = identifyRequest(request.params);
      const carried = ctx.mcpReq.requestState();
      const identified = {
        server,
        method: ctx.mcpReq.method,
        name,
        digest,
        request,
        requestState: this.#access(server),
      };
      if (carried === undefined) {
        const answers = ctx.mcpReq.inputResponses ?? {};
        return answer(bindRequest(ctx, { ...identified, opened: undefined, answers }), () =>
          handler(request, ctx),
        );
      }
      if (!(carried instanceof OpenedState)) {
        throw new RequestStateError(
          'the state was not verified: pass requestState to new McpServer(info, { requestState })',
        );
      }
      const opened = OpenedState.envelopeOf(carried);
      if (opened.name !== name) throw this.#reject(server, ctx, 'other-name');
      if (opened.digest !== (await digest())) throw this.#reject(server, ctx, 'other-arguments');
      const answers = this.#collectAnswers(opened, ctx.mcpReq.inputResponses ?? {});
      const missing = Object.keys(opened.questions).filter((key) => !Object.hasOwn(answers, key));
      if (missing.length > 0) return this.#askAgain(server, ctx, opened, answers, missing);
      const opening = { ...ctx, mcpReq: { ...ctx.mcpReq, requestState: <T>() => opened.value as T } };
      return answer(bindRequest(ctx, { ...identified, opened, answers }), () => handler(request, opening));
    };
  }

  #access(server: Server): RequestBinding['requestState'] {
    return {
      ask: (ctx, requests, state) => this.ask(ctx, requests, state),
      refuse: (ctx, reason) => this.#reject(server, ctx, reason),
    };
  }

  /** The answers kept from before and the well-formed ones of this round; keys that were not asked are ignored. */
  #collectAnswers(opened: Envelope, responses: InputResponseMap): InputResponseMap {
    const collected: Record<string, unknown> = { ...opened.answers };
    for (const [key, question] of Object.entries(opened.questions)) {
      const response = Object.hasOwn(responses, key) ? responses[key] : undefined;
      if (!isWellFormed(question, response)) continue;
      if (this.#options.onInvalid === 'reask' && schemaMismatch(question, response) !== undefined) continue;
      collected[key] = response;
    }
    return collected;
  }

  /** Missing answers are asked for again rather than refused (specification 2026-07-28, basic/patterns/mrtr). */
  async #askAgain(
    server: Server,
    ctx: ServerContext,
    opened: Envelope,
    answers: InputResponseMap,
    missing: readonly string[],
  ): Promise<InputRequiredResult> {
    if (opened.reasks >= this.#options.maxReasks) throw this.#reject(server, ctx, 'too-many-reasks');
    const inputRequests: InputRequests = {};
    for (const key of missing) {
      const question = opened.questions[key];
      if (question !== undefined) inputRequests[key] = question.request;
    }
    const again: Envelope = { ...opened, answers, reasks: opened.reasks + 1, expires: this.#expiry() };
    return inputRequired({ inputRequests, requestState: await this.#seal(again, ctx) });
  }

  async #envelope(
    binding: RequestBinding,
    questions: Envelope['questions'],
    value: unknown,
  ): Promise<Envelope> {
    const { method, name, opened } = binding;
    return {
      method,
      name,
      digest: await binding.digest(),
      expires: this.#expiry(),
      flow: opened?.flow ?? crypto.randomUUID(),
      round: (opened?.round ?? 0) + 1,
      reasks: 0,
      questions,
      answers: {},
      value,
    };
  }

  async #seal(envelope: Envelope, ctx: ServerContext): Promise<string> {
    // Encoded on its own first, so that an error names the user's variable and not a field of the envelope.
    encodeValues(envelope.value);
    const sealed = await this.#sealer().mint(encodeValues(envelope), ctx);
    const { maxLength } = this.#options;
    if (sealed.length <= maxLength) return sealed;
    throw new RequestStateError(
      `the sealed state has ${sealed.length} characters, ${maxLength} are allowed; largest: ${largestParts(envelope.value)}`,
    );
  }

  /** The frozen answer of the SDK's own verification; the reason goes to `onerror` only. */
  #reject(server: Server, ctx: ServerContext, reason: RejectionReason): ProtocolError {
    server.onerror?.(new Error(`requestState verification rejected ${ctx.mcpReq.method}: ${reason}`));
    return new ProtocolError(ProtocolErrorCode.InvalidParams, 'Invalid or expired requestState', {
      reason: 'invalid_request_state',
    });
  }

  #sealer(): StateCodec {
    return (this.#codec ??= sealingCodec(defaultKey(), this.#principalOf));
  }

  readonly #principalOf = (ctx: ServerContext): string =>
    (this.#options.principal ?? authenticatedPrincipal)(ctx);

  #expiry(): number {
    return Math.floor(this.#now() / 1000) + this.#options.ttlSeconds;
  }

  #now(): number {
    return (this.#options.now ?? Date.now)();
  }
}

type AnyHandler = (request: { readonly params?: Record<string, unknown> }, ctx: ServerContext) => unknown;
type AnyRegister = (method: string, ...rest: unknown[]) => void;

/** McpServer turns what a handler throws into a tool result; a failure of the round itself is an error of the request. */
async function answer(binding: RequestBinding, handle: () => unknown): Promise<unknown> {
  try {
    const result: unknown = await handle();
    if (binding.failure === undefined) return result;
  } catch (error) {
    if (binding.failure === undefined) throw error;
  }
  throw binding.failure;
}

function largestParts(value: unknown): string {
  if (typeof value !== 'object' || value === null) return 'the state itself';
  return Object.entries(value)
    .map(([name, part]) => ({ name, size: encodeValues(part).length }))
    .sort((a, b) => b.size - a.size)
    .slice(0, 3)
    .map(({ name, size }) => `${name} (${size})`)
    .join(', ');
}
