import type { ServerContext } from '@modelcontextprotocol/server';

import { canonicalJson } from './canonical-json.ts';
import type { Anchors } from './resumable/anchors.ts';

/** What the client sends again in every round. */
export interface SentRequest {
  readonly params?: Readonly<Record<string, unknown>>;
}

const OF_ONE_ROUND: ReadonlySet<string> = new Set(['inputResponses', 'droppedInputResponseKeys']);

/**
 * Names the parts of a request: what is reachable in `ctx` (but not the answers, which only one round brings), and the handler's own arguments where they are just what
 * the client sends, which a later round is guaranteed to bring again. What was transformed, defaulted or changed by the
 * handler is not: it is carried by value.
 */
export class RequestAnchors {
  readonly #own: readonly { readonly name: string; readonly value: object; readonly sent: string }[];
  readonly #ctx: ServerContext;
  #named: ReadonlyMap<unknown, string> | undefined;

  /** Call before the handler runs. */
  constructor(args: readonly unknown[], ctx: ServerContext, request: SentRequest) {
    this.#ctx = ctx;
    const sent = sentValues(request.params);
    this.#own = args.flatMap((value, index) => {
      if (typeof value !== 'object' || value === null || value === ctx) return [];
      const text = canonical(value);
      const isSent = text !== undefined && (value === request || sent.has(text));
      return isSent ? [{ name: `arguments.${index}`, value, sent: text }] : [];
    });
  }

  /** Call again after the handler has run: it may have changed what it was given. */
  collect(): Anchors {
    const anchors = new Map<unknown, string>();
    for (const { name, value, sent } of this.#own) {
      if (canonical(value) === sent) nameParts(value, name, Infinity, anchors);
    }
    return [this.#context(), anchors];
  }

  /** What the handler has put into its context since is not there in the next round. */
  #context(): ReadonlyMap<unknown, string> {
    if (this.#named !== undefined) return this.#named;
    const anchors = new Map<unknown, string>();
    const { mcpReq, ...rest } = this.#ctx;
    anchors.set(this.#ctx, 'ctx').set(mcpReq, 'ctx.mcpReq');
    for (const [key, part] of Object.entries(rest)) nameParts(part, `ctx.${key}`, 2, anchors);
    for (const [key, part] of Object.entries(mcpReq)) {
      if (!OF_ONE_ROUND.has(key)) nameParts(part, `ctx.mcpReq.${key}`, 1, anchors);
    }
    return (this.#named = anchors);
  }
}

/** The parts of a request that the SDK hands to handlers: the arguments, the URI of a resource. */
function sentValues(params: SentRequest['params']): ReadonlySet<string> {
  const uri = params?.['uri'];
  const parts = [
    params?.['arguments'] ?? {},
    typeof uri === 'string' && URL.canParse(uri) ? new URL(uri) : undefined,
  ];
  return new Set(parts.flatMap((part) => canonical(part) ?? []));
}

function nameParts(value: unknown, name: string, depth: number, anchors: Map<unknown, string>): void {
  const isPart = (typeof value === 'object' && value !== null) || typeof value === 'function';
  if (!isPart || anchors.has(value)) return;
  anchors.set(value, name);
  if (depth === 0) return;
  for (const [key, part] of Object.entries(value)) nameParts(part, `${name}.${key}`, depth - 1, anchors);
}

/** The URI of a resource comes to its handler as a `URL`. */
function canonical(value: unknown): string | undefined {
  return value instanceof URL ? `URL ${value.href}` : canonicalJson(value);
}
