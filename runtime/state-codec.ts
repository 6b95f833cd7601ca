import type { ServerContext } from '@modelcontextprotocol/server';

import { RequestStateRejection } from './request-state-error.ts';
import { createSealer } from './seal.ts';

/** The interface of the SDK's `createRequestStateCodec`, which may seal instead of our own AES-GCM. */
export interface StateCodec {
  mint(payload: string, ctx: ServerContext): Promise<string>;
  verify(state: string, ctx: ServerContext): Promise<string>;
}

/** AES-GCM; method and principal are authenticated with the state, name and arguments are checked inside it. */
export function sealingCodec(key: string | Uint8Array, principal: PrincipalOf): StateCodec {
  const sealer = createSealer(key);
  return {
    mint: (payload, ctx) => sealer.seal(payload, requester(ctx, principal)),
    verify: (state, ctx) => sealer.open(state, requester(ctx, principal)),
  };
}

/** A codec that is not ours has no associated data, so what would be there travels in the payload. */
export function bindCodec(codec: StateCodec, principal: PrincipalOf): StateCodec {
  return {
    mint: (payload, ctx) => codec.mint(JSON.stringify([requester(ctx, principal), payload]), ctx),
    async verify(state, ctx) {
      const [sealedFor, payload] = JSON.parse(await codec.verify(state, ctx)) as [string, string];
      if (sealedFor !== requester(ctx, principal)) throw new RequestStateRejection('other-request');
      return payload;
    },
  };
}

type PrincipalOf = (ctx: ServerContext) => string;

function requester(ctx: ServerContext, principal: PrincipalOf): string {
  return JSON.stringify([ctx.mcpReq.method, principal(ctx)]);
}

/** Empty for a request without authentication, such as one over stdio. */
export function authenticatedPrincipal(ctx: ServerContext): string {
  const info = ctx.http?.authInfo;
  return info === undefined
    ? ''
    : JSON.stringify([info.clientId, info.extra?.['iss'] ?? null, info.extra?.['sub'] ?? null]);
}
