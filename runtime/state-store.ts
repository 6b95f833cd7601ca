import type { ServerContext } from '@modelcontextprotocol/server';

import { newId } from './new-id.ts';
import { RequestStateRejection } from './request-state-error.ts';
import type { StateCodec } from './state-codec.ts';

/** Where states that are too large for the client to carry are kept. A `Keyv` of any adapter is one. */
export interface StateStore {
  /** Undefined when there is nothing under the key, or not any more. */
  get(key: string): Promise<unknown>;
  /** Keeps the value for `ttl` milliseconds. May resolve to false when it could not. */
  set(key: string, value: string, ttl: number): Promise<unknown>;
}

/** The store, or what keeps claims, could not be reached. The request may be sent again. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
  /** Whether it is known that the request comes to a protected server, whose guard answers it. */
  readonly isGuarded: boolean;

  constructor(isGuarded: boolean, options?: ErrorOptions) {
    super('the state store cannot be reached', options);
    this.isGuarded = isGuarded;
  }
}

/** What the client carries instead of a large state; it is sealed as the state itself would be. */
export interface Handle {
  readonly stored: string;
  /** Whether the state belongs to a protected server. */
  readonly bound: boolean;
}

const PREFIX = 'mrtr:state:';
/** Clocks of a fleet differ a little. */
export const SKEW_MS = 60_000;

/**
 * Keeps texts in a store under a random key. What the store sees is sealed, with its key inside, so that neither reading
 * the store nor exchanging its entries gives anything.
 */
export class StoredTexts {
  readonly #store: StateStore;
  readonly #ttlMs: number;

  constructor(store: StateStore, ttlSeconds: number) {
    this.#store = store;
    this.#ttlMs = ttlSeconds * 1000 + SKEW_MS;
  }

  /**
   * @returns the text to seal instead.
   * @throws {StoreUnavailableError}
   */
  async put(text: string, bound: boolean, codec: StateCodec, ctx: ServerContext): Promise<string> {
    const stored = newId();
    const sealed = await codec.mint(`${JSON.stringify(stored)}\n${text}`, ctx);
    const kept = await reach(bound, async () => this.#store.set(PREFIX + stored, sealed, this.#ttlMs));
    if (kept === false) throw new StoreUnavailableError(bound);
    return JSON.stringify({ stored, bound } satisfies Handle);
  }

  /**
   * @throws {StoreUnavailableError}
   * @throws {RequestStateRejection} `not-stored` when the store does not have it any more.
   */
  async get({ stored, bound }: Handle, codec: StateCodec, ctx: ServerContext): Promise<string> {
    const sealed = await reach(bound, async () => this.#store.get(PREFIX + stored));
    if (typeof sealed !== 'string') throw new RequestStateRejection('not-stored');
    const text = await codec.verify(sealed, ctx);
    const label = `${JSON.stringify(stored)}\n`;
    if (!text.startsWith(label)) throw new RequestStateRejection('not-stored');
    return text.slice(label.length);
  }
}

/** Undefined for a text that is a state itself. */
export function readHandle(text: string): Handle | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const { stored, bound } = JSON.parse(text) as Partial<Handle>;
    if (typeof stored === 'string' && typeof bound === 'boolean') return { stored, bound };
  } catch {
    // Not JSON: refused below.
  }
  throw new RequestStateRejection('malformed');
}

/** Runs a call to something that may be down, and says so in one way. */
export async function reach<Result>(isGuarded: boolean, call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (cause) {
    throw new StoreUnavailableError(isGuarded, { cause });
  }
}
