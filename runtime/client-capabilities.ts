import {
  CLIENT_CAPABILITIES_META_KEY,
  ProtocolError,
  ProtocolErrorCode,
  SdkError,
  SdkErrorCode,
  type ClientCapabilities,
  type CreateMessageRequestParams,
  type InputRequest,
  type ServerContext,
} from '@modelcontextprotocol/server';

import type { Question } from './envelope.ts';
import type { RequestBinding } from './request-binding.ts';
import { toolResultMismatch } from './tool-result-mismatch.ts';

/**
 * Throws what the await-style ask threw when the client cannot be asked, at the place where it was asked. Without it the
 * SDK would refuse the whole request with -32021 after the handler has returned, which the handler cannot catch. When it
 * does not catch it, the request ends so all the same: see undeclared-capability.ts.
 * @throws {SdkError} CapabilityNotSupported
 * @throws {ProtocolError} -32601; -32602 for tool results that answer no tool use
 */
export function assertCanAsk(
  { request, unvalidated }: Question,
  ctx: ServerContext,
  binding: RequestBinding,
): void {
  const error = whyNot(request, unvalidated, declaredCapabilities(ctx, binding));
  if (error !== undefined) {
    if (ctx.mcpReq.envelope !== undefined) binding.refused.push({ error, request });
    throw error;
  }
  if (request.method !== 'sampling/createMessage' || unvalidated) return;
  const mismatch = toolResultMismatch(request.params);
  if (mismatch !== undefined) throw new ProtocolError(ProtocolErrorCode.InvalidParams, mismatch);
}

/** `elicitInput` tested the mode; sampling, roots and `send` tested nothing and got -32601 from the client. */
function whyNot(
  request: InputRequest,
  unvalidated: boolean,
  capabilities: ClientCapabilities | undefined,
): Error | undefined {
  if (request.method === 'elicitation/create' && !unvalidated) {
    const mode = request.params.mode === 'url' ? 'url' : 'form';
    return supportsElicitation(capabilities, mode) ? undefined : unsupported(`${mode} elicitation`);
  }
  if (
    request.method === 'sampling/createMessage' &&
    usesTools(request.params) &&
    capabilities?.sampling?.tools === undefined
  )
    return unsupported('sampling tools capability');
  const declared = {
    'elicitation/create': 'elicitation',
    'sampling/createMessage': 'sampling',
    'roots/list': 'roots',
  } as const;
  return capabilities?.[declared[request.method]] === undefined
    ? new ProtocolError(ProtocolErrorCode.MethodNotFound, 'Method not found')
    : undefined;
}

function unsupported(what: string): SdkError {
  return new SdkError(SdkErrorCode.CapabilityNotSupported, `Client does not support ${what}.`);
}

/** The capabilities of the request's own envelope on the modern era, of the `initialize` handshake before. */
function declaredCapabilities(
  ctx: ServerContext,
  { server }: RequestBinding,
): ClientCapabilities | undefined {
  const { envelope } = ctx.mcpReq;
  if (envelope === undefined) return server.getClientCapabilities();
  return (envelope as Record<string, unknown>)[CLIENT_CAPABILITIES_META_KEY] as
    ClientCapabilities | undefined;
}

/** A bare `elicitation: {}` declares form mode: the field is older than the modes. */
function supportsElicitation(capabilities: ClientCapabilities | undefined, mode: 'form' | 'url'): boolean {
  const elicitation = capabilities?.elicitation;
  if (elicitation === undefined) return false;
  if (mode === 'url') return elicitation.url !== undefined;
  return elicitation.form !== undefined || elicitation.url === undefined;
}

export function usesTools({ tools, toolChoice }: CreateMessageRequestParams): boolean {
  return Boolean(tools ?? toolChoice);
}
