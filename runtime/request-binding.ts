import type {
  InputRequest,
  InputRequests,
  InputRequiredResult,
  Server,
  ServerContext,
} from '@modelcontextprotocol/server';

import { digestJson } from './digest.ts';
import type { ValueClasses } from './value-class.ts';
import type { Envelope, InputResponseMap, Question } from './envelope.ts';
import type { SentRequest } from './request-anchors.ts';
import type { RefusedAsk } from './undeclared-capability.ts';
import { processWide } from './process-wide.ts';
import { RequestStateError } from './request-state-error.ts';
import type { RoundObserver } from './round-observer.ts';
import { StoreUnavailableError } from './state-store.ts';
import type { UpgradePolicy, UpgradeReason } from './upgrade.ts';

/** What verification hands to the guarded handler. Opaque, so that a server that was not protected cannot read it. */
export class OpenedState {
  readonly #content: Envelope | StoreUnavailableError;

  constructor(content: Envelope | StoreUnavailableError) {
    this.#content = content;
  }

  /** @throws {StoreUnavailableError} when the state is kept in a store that could not be reached. */
  static envelopeOf(opened: OpenedState): Envelope {
    if (opened.#content instanceof StoreUnavailableError) throw opened.#content;
    return opened.#content;
  }
}

/** The request that a context belongs to. */
export interface RequestBinding {
  readonly server: Server;
  readonly method: string;
  readonly name: string | undefined;
  /** Computed when first needed: most requests neither carry a state nor make one. */
  readonly digest: () => Promise<string>;
  readonly opened: Envelope | undefined;
  /** The complete answers of this round by key; none before the round is admitted. */
  answers: InputResponseMap;
  /**
   * Enters the round: from here on the state counts as used. To be called before any code of the handler runs, and only
   * for a state that this version of the handler can continue.
   * @throws {ProtocolError} the frozen answer, when the round has been answered before.
   * @throws {StoreUnavailableError}
   */
  readonly admit: () => Promise<void>;
  /** Accepted content that does not match its schema counts as missing. */
  readonly reasksInvalid: boolean;
  readonly observer: RoundObserver;
  readonly request: SentRequest;
  /** The codec that protects the server. */
  readonly requestState: RequestStateOfBinding;
  /** What the request is answered with instead of what its handler returns or throws. */
  failure?: Error;
  /** The asks of this round that the client has not declared the capability for. */
  readonly refused: RefusedAsk[];
}

/** What resumable functions need of the codec that protects their server. */
interface RequestStateOfBinding {
  /** Ends the round with questions that the client can be asked. */
  readonly suspend: (
    ctx: ServerContext,
    questions: Envelope['questions'],
    state: unknown,
  ) => Promise<InputRequiredResult>;
  /** What becomes of states of other versions, unless the handler says otherwise. */
  readonly upgrade: UpgradePolicy;
  /** The version of the states of handlers that are not compiled. */
  readonly version: string | undefined;
  /** Classes whose instances a state may hold. */
  readonly classes: ValueClasses | undefined;
  /** Whether states keep the names of variables. */
  readonly debug: boolean;
  /** The frozen answer of the SDK's own verification, to a state of another version. */
  refuse(difference: UpgradeReason, opened: Envelope | undefined): Error;
}

// Every copy that the SDK makes of a context, in legacy-shim rounds too, keeps the signal of its request.
const bindings = processWide('bindings', () => new WeakMap<AbortSignal, RequestBinding>());
const unvalidatedRequests = processWide('unvalidated', () => new WeakSet());

export function bindRequest(ctx: ServerContext, binding: RequestBinding): RequestBinding {
  bindings.set(ctx.mcpReq.signal, binding);
  return binding;
}

/** @throws {RequestStateError} when the server that received the request was not protected. */
export function bindingOf(ctx: ServerContext): RequestBinding {
  const binding = bindings.get(ctx.mcpReq.signal);
  if (binding !== undefined) return binding;
  throw new RequestStateError(
    'this server is not protected: create it with requestState.protect(new McpServer(info, { requestState })) before anything is registered',
  );
}

export function findBinding(ctx: ServerContext): RequestBinding | undefined {
  return bindings.get(ctx.mcpReq.signal);
}

/** The name and digest of what a request asks for; `_meta` (progress tokens, trace ids) differs from round to round. */
export function identifyRequest(
  params: Readonly<Record<string, unknown>> | undefined,
): Pick<RequestBinding, 'name' | 'digest'> {
  const { _meta, ...rest } = params ?? {};
  const name = rest['name'] ?? rest['uri'];
  let digest: Promise<string> | undefined;
  return { name: typeof name === 'string' ? name : undefined, digest: () => (digest ??= digestJson(rest)) };
}

/**
 * Marks a request as one that was sent with `ctx.mcpReq.send` or `server.request`: those tested no elicitation mode and
 * did not validate accepted content (SDK 2.4 `Server.elicitInput`), so neither is done for it.
 */
export function unvalidated(request: InputRequest): InputRequest {
  unvalidatedRequests.add(request);
  return request;
}

/** Turns the requests of a round into the questions that are sealed, in the JSON form in which they are sent. */
export function questionsOf(requests: InputRequests): Record<string, Question> {
  const entries = Object.entries(requests).map(([key, request]) => [key, questionOf(request)] as const);
  return Object.fromEntries(entries);
}

export function questionOf(request: InputRequest): Question {
  const sent: InputRequest = JSON.parse(JSON.stringify(request));
  return { request: sent, unvalidated: unvalidatedRequests.has(request) };
}
