/** A JSON-RPC message as it travels; the page looks into it as far as it understands it. */
export interface JsonRpcMessage {
  readonly jsonrpc: '2.0';
  readonly id?: string | number;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

/** `legacy` keeps one server and pushes its asks; `modern` serves requests that stand for themselves. */
export type Era = 'legacy' | 'modern';

export interface ServerOptions {
  readonly era: Era;
  /** The value of MRTR_STATE_KEY. */
  readonly stateKey: string;
}

/** What a server tells the page, besides the messages of the protocol. */
export type ServerEvent =
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'log'; readonly text: string }
  | { readonly kind: 'message'; readonly message: JsonRpcMessage };

/** The revisions of the protocol that the two eras end and begin with. */
export const LEGACY = '2025-11-25';
export const MODERN = '2026-07-28';
