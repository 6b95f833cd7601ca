import {
  inputRequired,
  ProtocolError,
  ProtocolErrorCode,
  type InputRequests,
  type InputRequiredResult,
  type Server,
  type ServerContext,
} from '@modelcontextprotocol/server';

import { isUsable } from './answers.ts';
import type { ClientFacts } from './client-facts.ts';
import { Continuation } from './continuation.ts';
import type { Envelope, InputResponseMap } from './envelope.ts';
import { bindRequest, identifyRequest, OpenedState, type RequestBinding } from './request-binding.ts';
import { RequestStateError, type RejectionReason } from './request-state-error.ts';
import { observeRound, type RoundObserver } from './round-observer.ts';
import { reach, SKEW_MS, StoreUnavailableError } from './state-store.ts';
import type { ResolvedOptions } from './request-state-options.ts';
import type { RoundSealer } from './round-sealer.ts';
import { upgradeValue, type UpgradeReason } from './upgrade.ts';
import { undeclaredCapability, type Ending } from './undeclared-capability.ts';

export type RequestHandler = (
  request: { readonly params?: Record<string, unknown> },
  ctx: ServerContext,
) => unknown;

export interface GuardedServer {
  readonly server: Server;
  readonly options: ResolvedOptions;
  readonly sealer: RoundSealer;
  readonly clientFacts: ClientFacts;
  readonly suspend: RequestBinding['requestState']['suspend'];
}

/**
 * A handler that is entered with complete rounds only: a state of another request is refused, and missing or malformed
 * answers are asked for again, without running the handler.
 */
export function guardHandler(guarded: GuardedServer, handler: RequestHandler): RequestHandler {
  const { server, options, clientFacts } = guarded;
  return async (request, ctx) => {
    clientFacts.learn(ctx);
    const { method } = ctx.mcpReq;
    const { name, digest } = identifyRequest(request.params);
    return observeRound({ method, name }, options, server, async (observer) => {
      const round: Round = {
        server,
        method,
        name,
        digest,
        reasksInvalid: options.onInvalid === 'reask',
        observer,
        request,
        refused: [],
        requestState: {
          suspend: guarded.suspend,
          upgrade: options.upgrade,
          version: options.version,
          classes: options.classes,
          debug: options.debug,
          refuse: (difference, opened) => refuse(observer, 'other-version', opened, difference),
        },
      };
      try {
        return await enter(guarded, round, request, ctx, handler);
      } catch (error) {
        if (!(error instanceof StoreUnavailableError)) throw error;
        observer.storeUnavailable(error);
        throw storeUnavailable();
      }
    });
  };
}

type Round = Omit<RequestBinding, 'opened' | 'answers' | 'admit'>;

/** Checks the state that a request brings, and runs the handler when the round is complete. */
async function enter(
  guarded: GuardedServer,
  round: Round,
  request: Parameters<RequestHandler>[0],
  ctx: ServerContext,
  handler: RequestHandler,
): Promise<unknown> {
  const { name, observer } = round;
  const carried = ctx.mcpReq.requestState();
  const responses = ctx.mcpReq.inputResponses ?? {};
  if (carried === undefined) {
    const admit = (): Promise<void> => Promise.resolve();
    const binding = bindRequest(ctx, { ...round, opened: undefined, answers: responses, admit });
    return answer(binding, () => handler(request, ctx));
  }
  const opened = openedBy(carried);
  if (opened === undefined) throw refuse(observer, 'other-request');
  if (opened.bound?.name !== name) throw refuse(observer, 'other-name', opened);
  if (opened.bound?.digest !== (await round.digest())) throw refuse(observer, 'other-arguments', opened);
  const answers = collectAnswers(opened, responses, round.reasksInvalid);
  const missing = Object.keys(opened.questions).filter((key) => !Object.hasOwn(answers, key));
  if (missing.length > 0) return askAgain(guarded, ctx, { ...opened, answers }, missing, observer);
  const admit = async (): Promise<void> => {
    const first = await isFirstUse(guarded.options, name, opened).catch((error: unknown) => error);
    // `McpServer` hides what a handler throws, so it is kept for the answer.
    if (first instanceof StoreUnavailableError) {
      observer.storeUnavailable(first);
      throw (binding.failure = storeUnavailable());
    }
    if (first !== true) throw (binding.failure = refuse(observer, 'replayed', opened));
    observer.resumed(opened);
    binding.answers = answers;
  };
  let admitted: Promise<void> | undefined;
  const binding: RequestBinding = bindRequest(ctx, {
    ...round,
    opened,
    answers: {},
    admit: () => (admitted ??= admit()),
  });
  // A resumable function looks first whether the state is one of its version.
  if (opened.value instanceof Continuation) {
    const requestState = <T>(): T => {
      // The handler was a resumable function when the state was sealed. Whatever it does with the throw, this is the answer.
      throw (binding.failure ??= binding.requestState.refuse('form', opened));
    };
    return answer(binding, () => handler(request, { ...ctx, mcpReq: { ...ctx.mcpReq, requestState } }));
  }
  const { value, upgrade } = upgradeValue(opened, binding);
  await binding.admit();
  if (upgrade === 'restarted') observer.restarted('version');
  if (upgrade === 'migrated') observer.migrated(1);
  const opening = { ...ctx, mcpReq: { ...ctx.mcpReq, requestState: <T>() => value as T } };
  return answer(binding, () => handler(request, opening));
}

/** Claims the round, and with it all states that were sealed for it when its questions were asked again. */
async function isFirstUse(
  { singleUse, ttlSeconds, maxReasks }: ResolvedOptions,
  name: string | undefined,
  { flow, round }: Envelope,
): Promise<boolean> {
  if (singleUse === undefined) return true;
  if (singleUse.names !== undefined && (name === undefined || !singleUse.names.includes(name))) return true;
  // Each time the questions are asked again the state starts a new life, as long as the first.
  const ttl = (maxReasks + 1) * ttlSeconds * 1000 + SKEW_MS;
  return reach(true, async () => singleUse.claims.claim(`${flow}:${round}`, ttl));
}

/** McpServer turns what a handler throws into a tool result; a failure of the round itself is an error of the request. */
async function answer(binding: RequestBinding, handle: () => unknown): Promise<unknown> {
  const ending = await settle(handle);
  const failure = binding.failure ?? undeclaredCapability(binding.refused, ending);
  if (failure !== undefined) throw failure;
  if ('error' in ending) throw ending.error;
  return ending.value;
}

async function settle(handle: () => unknown): Promise<Ending> {
  try {
    return { value: await handle() };
  } catch (error) {
    return { error };
  }
}

/** Undefined for a payload that was minted on a server that is not protected. */
function openedBy(carried: unknown): Envelope | undefined {
  if (carried instanceof OpenedState) return OpenedState.envelopeOf(carried);
  if (typeof carried !== 'string') return undefined;
  throw new RequestStateError(
    'the state was not verified: pass requestState to new McpServer(info, { requestState })',
  );
}

/** The answers kept from before and the well-formed ones of this round; keys that were not asked are ignored. */
function collectAnswers(
  opened: Envelope,
  responses: InputResponseMap,
  reasksInvalid: boolean,
): InputResponseMap {
  const collected: Record<string, unknown> = { ...opened.answers };
  for (const [key, question] of Object.entries(opened.questions)) {
    const response = Object.hasOwn(responses, key) ? responses[key] : undefined;
    if (isUsable(question, response, reasksInvalid)) collected[key] = response;
  }
  return collected;
}

/** Missing answers are asked for again rather than refused (specification 2026-07-28, basic/patterns/mrtr). */
async function askAgain(
  { options, sealer }: GuardedServer,
  ctx: ServerContext,
  opened: Envelope,
  missing: readonly string[],
  observer: RoundObserver,
): Promise<InputRequiredResult> {
  if (opened.reasks >= options.maxReasks) throw refuse(observer, 'too-many-reasks', opened);
  const inputRequests: InputRequests = {};
  for (const key of missing) {
    const question = opened.questions[key];
    if (question !== undefined) inputRequests[key] = question.request;
  }
  const again: Envelope = { ...opened, reasks: opened.reasks + 1, expires: sealer.expiry() };
  const { sealed } = await sealer.seal(again, ctx);
  observer.askedAgain(again, missing);
  return inputRequired({ inputRequests, requestState: sealed });
}

/** The frozen answer of the SDK's own verification; the reason goes to the observer only. */
function refuse(
  observer: RoundObserver,
  reason: RejectionReason,
  opened?: Envelope,
  difference?: UpgradeReason,
): ProtocolError {
  observer.rejected(reason, opened, difference);
  return new ProtocolError(ProtocolErrorCode.InvalidParams, 'Invalid or expired requestState', {
    reason: 'invalid_request_state',
  });
}

/** The state may be as good as ever, so this is not the answer to a bad one: the client may try again. */
export function storeUnavailable(): ProtocolError {
  return new ProtocolError(ProtocolErrorCode.InternalError, 'The state store is unavailable', {
    reason: 'state_store_unavailable',
  });
}
