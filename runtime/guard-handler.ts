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
import type { Envelope, InputResponseMap } from './envelope.ts';
import { bindRequest, identifyRequest, OpenedState, type RequestBinding } from './request-binding.ts';
import { RequestStateError, type RejectionReason } from './request-state-error.ts';
import type { ResolvedOptions } from './request-state-options.ts';
import type { RoundSealer } from './round-sealer.ts';

export type RequestHandler = (
  request: { readonly params?: Record<string, unknown> },
  ctx: ServerContext,
) => unknown;

export interface GuardedServer {
  readonly server: Server;
  readonly options: ResolvedOptions;
  readonly sealer: RoundSealer;
  ask(ctx: ServerContext, requests: InputRequests, state: unknown): Promise<InputRequiredResult>;
}

/**
 * A handler that is entered with complete rounds only: a state of another request is refused, and missing or malformed
 * answers are asked for again, without running the handler.
 */
export function guardHandler(guarded: GuardedServer, handler: RequestHandler): RequestHandler {
  const { server, options } = guarded;
  const reasksInvalid = options.onInvalid === 'reask';
  const requestState: RequestBinding['requestState'] = {
    ask: (ctx, requests, state) => guarded.ask(ctx, requests, state),
    refuse: (ctx, reason) => reject(server, ctx, reason),
  };
  return async (request, ctx) => {
    const { name, digest } = identifyRequest(request.params);
    const carried = ctx.mcpReq.requestState();
    const { method } = ctx.mcpReq;
    const binding = { server, method, name, digest, reasksInvalid, request, requestState };
    const responses = ctx.mcpReq.inputResponses ?? {};
    if (carried === undefined) {
      const bound = bindRequest(ctx, { ...binding, opened: undefined, answers: responses });
      return answer(bound, () => handler(request, ctx));
    }
    const opened = openedBy(carried);
    if (opened === undefined) throw reject(server, ctx, 'other-request');
    if (opened.bound?.name !== name) throw reject(server, ctx, 'other-name');
    if (opened.bound?.digest !== (await digest())) throw reject(server, ctx, 'other-arguments');
    const answers = collectAnswers(opened, responses, reasksInvalid);
    const missing = Object.keys(opened.questions).filter((key) => !Object.hasOwn(answers, key));
    if (missing.length > 0) return askAgain(guarded, ctx, { ...opened, answers }, missing);
    const opening = { ...ctx, mcpReq: { ...ctx.mcpReq, requestState: <T>() => opened.value as T } };
    return answer(bindRequest(ctx, { ...binding, opened, answers }), () => handler(request, opening));
  };
}

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
  { server, options, sealer }: GuardedServer,
  ctx: ServerContext,
  opened: Envelope,
  missing: readonly string[],
): Promise<InputRequiredResult> {
  if (opened.reasks >= options.maxReasks) throw reject(server, ctx, 'too-many-reasks');
  const inputRequests: InputRequests = {};
  for (const key of missing) {
    const question = opened.questions[key];
    if (question !== undefined) inputRequests[key] = question.request;
  }
  const again: Envelope = { ...opened, reasks: opened.reasks + 1, expires: sealer.expiry() };
  return inputRequired({ inputRequests, requestState: await sealer.seal(again, ctx) });
}

/** The frozen answer of the SDK's own verification; the reason goes to `onerror` only. */
function reject(server: Server, ctx: ServerContext, reason: RejectionReason): ProtocolError {
  server.onerror?.(new Error(`requestState verification rejected ${ctx.mcpReq.method}: ${reason}`));
  return new ProtocolError(ProtocolErrorCode.InvalidParams, 'Invalid or expired requestState', {
    reason: 'invalid_request_state',
  });
}
