import {
  CLIENT_CAPABILITIES_META_KEY,
  ProtocolError,
  ProtocolErrorCode,
  SdkError,
  SdkErrorCode,
  type ClientCapabilities,
  type ServerContext,
} from '@modelcontextprotocol/server';

import type { Question } from './envelope.ts';
import type { RequestBinding } from './request-binding.ts';

/**
 * Throws what the await-style ask threw when the client cannot be asked, at the place where it was asked. Without it the
 * SDK would refuse the whole request with -32021 after the handler has returned, which the handler cannot catch.
 * `elicitInput` tested the mode; sampling, roots and `send` tested nothing and got -32601 from the client.
 * @throws {SdkError} CapabilityNotSupported
 * @throws {ProtocolError} -32601
 */
export function assertCanAsk(question: Question, ctx: ServerContext, binding: RequestBinding): void {
  const capabilities = declaredCapabilities(ctx, binding);
  const { request, unvalidated } = question;
  if (request.method === 'elicitation/create' && !unvalidated) {
    const mode = request.params.mode === 'url' ? 'url' : 'form';
    if (!supportsElicitation(capabilities, mode)) {
      throw new SdkError(SdkErrorCode.CapabilityNotSupported, `Client does not support ${mode} elicitation.`);
    }
    return;
  }
  if (
    request.method === 'sampling/createMessage' &&
    usesTools(request.params) &&
    capabilities?.sampling?.tools === undefined
  ) {
    throw new SdkError(
      SdkErrorCode.CapabilityNotSupported,
      'Client does not support sampling tools capability.',
    );
  }
  const declared = {
    'elicitation/create': 'elicitation',
    'sampling/createMessage': 'sampling',
    'roots/list': 'roots',
  } as const;
  if (capabilities?.[declared[request.method]] === undefined) {
    throw new ProtocolError(ProtocolErrorCode.MethodNotFound, 'Method not found');
  }
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

function usesTools(params: object): boolean {
  return 'tools' in params || 'toolChoice' in params;
}
