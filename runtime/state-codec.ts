import type { ServerContext } from '@modelcontextprotocol/server';

import { RequestStateError, RequestStateRejection } from './request-state-error.ts';
import type { Sealer } from './seal.ts';

/** The interface of the SDK's `createRequestStateCodec`, which may seal instead of our own AES-GCM. */
export interface StateCodec {
  mint(payload: string, ctx: ServerContext): Promise<string>;
  verify(state: string, ctx: ServerContext): Promise<string>;
}

/** What a request must have in common with the one that a state was sealed for, as text. */
export type RequesterOf = (ctx: ServerContext) => string;

export interface RequesterOptions {
  readonly principal?: ((ctx: ServerContext) => string) | undefined;
  readonly audience?: string | undefined;
  readonly origin?: boolean | undefined;
}

/** AES-GCM; method and requester are authenticated with the state, name and arguments are checked inside it. */
export function sealingCodec(sealer: Sealer, requesterOf: RequesterOf): StateCodec {
  return {
    mint: (payload, ctx) => sealer.seal(payload, requesterOf(ctx)),
    verify: (state, ctx) => sealer.open(state, requesterOf(ctx)),
  };
}

/** A codec that is not ours has no associated data, so what would be there travels in the payload. */
export function bindCodec(codec: StateCodec, requesterOf: RequesterOf): StateCodec {
  return {
    mint: (payload, ctx) => codec.mint(JSON.stringify([requesterOf(ctx), payload]), ctx),
    async verify(state, ctx) {
      const [sealedFor, payload] = parsePair(await codec.verify(state, ctx));
      if (sealedFor !== requesterOf(ctx)) throw new RequestStateRejection('other-request');
      return payload;
    },
  };
}

/** The same codec may have minted states for other parts of the server. */
function parsePair(text: unknown): readonly [string, string] {
  try {
    const pair: unknown = JSON.parse(String(text));
    if (Array.isArray(pair) && pair.length === 2 && pair.every((part) => typeof part === 'string'))
      return pair as [string, string];
  } catch {
    // Not JSON: refused below.
  }
  throw new RequestStateRejection('malformed');
}

export function createRequesterOf(options: RequesterOptions): RequesterOf {
  const { principal = authenticatedPrincipal, audience, origin = false } = options;
  return (ctx) => {
    const parts = [ctx.mcpReq.method, told(principal, ctx)];
    if (audience !== undefined || origin) parts.push(audience ?? '', origin ? originOf(ctx) : '');
    return JSON.stringify(parts);
  };
}

/** What the server's own function throws may say more than a client should read: it becomes the cause. */
function told(principal: (ctx: ServerContext) => string, ctx: ServerContext): string {
  try {
    return principal(ctx);
  } catch (cause) {
    throw new RequestStateError('the principal of this request cannot be told', { cause });
  }
}

/** Empty for a request without authentication, such as one over stdio. */
function authenticatedPrincipal(ctx: ServerContext): string {
  const info = ctx.http?.authInfo;
  return info === undefined
    ? ''
    : JSON.stringify([info.clientId, info.extra?.['iss'] ?? null, info.extra?.['sub'] ?? null]);
}

/** The Origin header of a browser's request (RFC 6454 §7); others have none. */
function originOf(ctx: ServerContext): string {
  return ctx.http?.req?.headers.get('origin') ?? '';
}
