import {
  MissingRequiredClientCapabilityError,
  type ClientCapabilities,
  type InputRequest,
} from '@modelcontextprotocol/server';

import { usesTools } from './client-capabilities.ts';

/** An ask that failed in the handler since the client has not declared what it takes. */
export interface RefusedAsk {
  readonly error: Error;
  readonly request: InputRequest;
}

/** How a handler ended. */
export type Ending = { readonly value: unknown } | { readonly error: unknown };

/**
 * The answer to a request whose handler could not do without a capability that the client has not declared: -32021
 * (specification 2026-07-28, basic, capability negotiation). A handler that caught the error of its ask and went on has
 * done without, and gets its result through.
 * @returns undefined when the handler did not end with the error of one of the asks
 */
export function undeclaredCapability(refused: readonly RefusedAsk[], ending: Ending): Error | undefined {
  const escaped = refused.find(({ error }) =>
    'error' in ending ? ending.error === error : isToolErrorOf(ending.value, error),
  );
  if (escaped === undefined) return undefined;
  const requiredCapabilities = requiredFor(escaped.request);
  return new MissingRequiredClientCapabilityError({ requiredCapabilities }, escaped.error.message);
}

/** `McpServer` makes a tool result of what a handler throws: its message is the only content. */
function isToolErrorOf(value: unknown, { message }: Error): boolean {
  const { isError, content } = (value ?? {}) as { isError?: unknown; content?: unknown };
  if (isError !== true || !Array.isArray(content) || content.length !== 1) return false;
  const [only] = content as { text?: unknown }[];
  return only?.text === message;
}

function requiredFor({ method, params }: InputRequest): ClientCapabilities {
  if (method === 'roots/list') return { roots: {} };
  if (method === 'elicitation/create')
    return { elicitation: params.mode === 'url' ? { url: {} } : { form: {} } };
  return { sampling: usesTools(params) ? { tools: {} } : {} };
}
