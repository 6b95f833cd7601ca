import {
  inputRequired,
  type InputRequests,
  type InputRequiredResult,
  type Server,
  type ServerContext,
} from '@modelcontextprotocol/server';

import { joinServerAsks } from './client-asks.ts';
import { isDouble } from './is-double.ts';
import { assertCanAsk } from './client-capabilities.ts';
import { ClientFacts } from './client-facts.ts';
import { Continuation } from './continuation.ts';
import type { Envelope } from './envelope.ts';
import { guardHandler, storeUnavailable, type GuardedServer, type RequestHandler } from './guard-handler.ts';
import { newId } from './new-id.ts';
import { bindingOf, findBinding, OpenedState, questionsOf, type RequestBinding } from './request-binding.ts';
import { resolveOptions, type RequestStateOptions, type ResolvedOptions } from './request-state-options.ts';
import { RequestStateError, RequestStateRejection } from './request-state-error.ts';
import { RoundObserver } from './round-observer.ts';
import { RoundSealer } from './round-sealer.ts';
import { StoreUnavailableError } from './state-store.ts';

/** A `Server`, by what tells it from other objects. */
interface ServerLike {
  setRequestHandler(...args: never): unknown;
  getClientCapabilities(): unknown;
}

/**
 * An `McpServer` or `Server`. Not by its class: the SDK declares its classes once for `import` and once for `require`, and
 * TypeScript takes neither for the other, because they have private members.
 */
export type ProtectableServer = ServerLike | { readonly server: ServerLike };

/** Seals and opens the state of multi-round-trip handlers and binds it to the request it was made for. */
export interface RequestState {
  /**
   * Opens a sealed state: pass the whole object as `requestState` to `new McpServer(info, { requestState })`.
   * @throws {RequestStateRejection} which the SDK answers with -32602.
   */
  verify(state: string, ctx: ServerContext): Promise<unknown>;
  /**
   * Seals a state without questions, as the SDK's `createRequestStateCodec` does. On a server that is not protected it is
   * bound to method and requester only, since the context does not tell name and arguments. Handlers use {@link RequestState.ask}.
   * @throws {RequestStateError} when the state is not data, or too large.
   */
  mint(payload: unknown, ctx: ServerContext): Promise<string>;
  /**
   * Prepares a new server, before anything is registered on it: every request is then checked against the state it
   * brings (name, arguments, answers) before its handler runs, and missing answers are asked for again.
   * @returns the same server.
   */
  protect<S extends ProtectableServer>(server: S): S;
  /**
   * Ends the round: asks the client and seals `state` for the next one. Without `state` nothing is sealed, and the
   * handler starts again from the top with the answers.
   * @returns what the handler returns.
   * @throws {SdkError | ProtocolError} what the await-style ask threw when the client lacks the capability.
   * @throws {RequestStateError} when the server is not protected. A state that is not data, or too large, is the answer to
   * the request, whatever the handler returns.
   */
  ask<State = undefined>(
    ctx: ServerContext,
    requests: InputRequests,
    state?: State,
  ): Promise<InputRequiredResult>;
}

/** The requests that may be answered with an InputRequiredResult (specification 2026-07-28, basic/patterns/mrtr). */
const MRTR_METHODS: ReadonlySet<string> = new Set(['tools/call', 'prompts/get', 'resources/read']);

/**
 * Creates the codec of a server. One per process is enough; all processes of a fleet need the same keys.
 * @throws {RangeError} for keys that cannot be used.
 */
export function createRequestState(options: RequestStateOptions = {}): RequestState {
  return new SealedRequestState(resolveOptions(options));
}

class SealedRequestState implements RequestState {
  readonly #options: ResolvedOptions;
  readonly #sealer: RoundSealer;

  constructor(options: ResolvedOptions) {
    this.#options = options;
    this.#sealer = new RoundSealer(options);
  }

  // The SDK takes `verify` and `mint` off the object, so they must not depend on how they are called.
  readonly verify = async (state: string, ctx: ServerContext): Promise<unknown> => {
    try {
      const envelope = await this.#sealer.open(state, ctx);
      return envelope.bound === undefined ? envelope.value : new OpenedState(envelope);
    } catch (error) {
      // The SDK would answer that the state is invalid, which it is not.
      if (error instanceof StoreUnavailableError && error.isGuarded) return new OpenedState(error);
      const observer = new RoundObserver({ method: ctx.mcpReq.method, name: undefined }, this.#options);
      if (error instanceof RequestStateRejection) observer.rejected(error.reason);
      throw error;
    }
  };

  readonly mint = async (payload: unknown, ctx: ServerContext): Promise<string> => {
    const binding = findBinding(ctx);
    return this.#seal(ctx, binding, await this.#envelope(ctx, binding, {}, payload));
  };

  protect<S extends ProtectableServer>(server: S): S {
    const target = ('server' in server ? server.server : server) as Server;
    if (isDouble(target)) return server;
    const guarded: GuardedServer = {
      server: target,
      options: this.#options,
      sealer: this.#sealer,
      clientFacts: new ClientFacts(target),
      suspend: (ctx, questions, state) => this.#suspend(ctx, bindingOf(ctx), questions, state),
    };
    const register = target.setRequestHandler.bind(target) as AnyRegister;
    const registerGuarded: AnyRegister = (method, ...rest) => {
      const handler = rest.at(-1);
      if (!MRTR_METHODS.has(method) || typeof handler !== 'function') return register(method, ...rest);
      return register(method, ...rest.slice(0, -1), guardHandler(guarded, handler as RequestHandler));
    };
    target.setRequestHandler = registerGuarded;
    // From the beginning: code may take the methods off the server before the first request.
    joinServerAsks(target);
    return server;
  }

  async ask<State>(ctx: ServerContext, requests: InputRequests, state?: State): Promise<InputRequiredResult> {
    const binding = bindingOf(ctx);
    const questions = questionsOf(requests);
    for (const question of Object.values(questions)) assertCanAsk(question, ctx, binding);
    if (state === undefined) return inputRequired({ inputRequests: requests });
    try {
      return await this.#suspend(ctx, binding, questions, state);
    } catch (error) {
      if (!(error instanceof RequestStateError)) throw error;
      // The await-style ask did not throw here, so no `catch` of the handler may see it: the request fails instead.
      binding.failure = error;
      return inputRequired({ inputRequests: requests });
    }
  }

  async #suspend(
    ctx: ServerContext,
    binding: RequestBinding,
    questions: Envelope['questions'],
    state: unknown,
  ): Promise<InputRequiredResult> {
    const envelope = await this.#envelope(ctx, binding, questions, state);
    const requestState = await this.#seal(ctx, binding, envelope);
    const inputRequests = Object.fromEntries(
      Object.entries(questions).map(([key, { request }]) => [key, request]),
    );
    return inputRequired({ inputRequests, requestState });
  }

  async #seal(ctx: ServerContext, binding: RequestBinding | undefined, envelope: Envelope): Promise<string> {
    const { method } = ctx.mcpReq;
    const observer = binding?.observer ?? new RoundObserver({ method, name: undefined }, this.#options);
    try {
      const { sealed, stored } = await this.#sealer.seal(envelope, ctx);
      observer.suspended(envelope, sealed.length, stored);
      return sealed;
    } catch (error) {
      if (error instanceof StoreUnavailableError && binding !== undefined) {
        observer.storeUnavailable(error);
        binding.failure = storeUnavailable();
      }
      throw error;
    }
  }

  async #envelope(
    ctx: ServerContext,
    binding: RequestBinding | undefined,
    questions: Envelope['questions'],
    value: unknown,
  ): Promise<Envelope> {
    const opened = binding?.opened;
    return {
      method: ctx.mcpReq.method,
      ...(binding === undefined ? {} : { bound: { name: binding.name, digest: await binding.digest() } }),
      expires: this.#sealer.expiry(),
      flow: opened?.flow ?? newId(),
      round: (opened?.round ?? 0) + 1,
      reasks: 0,
      questions,
      answers: {},
      // Compiled code has a version of its own.
      version: value instanceof Continuation ? undefined : this.#options.version,
      value,
    };
  }
}

type AnyRegister = (method: string, ...rest: unknown[]) => void;
