import type { ServerContext } from '@modelcontextprotocol/server';

import { createValueEncoder, type ValueEncoder } from './encode-values.ts';
import { decodeEnvelope, encodeEnvelope, type Envelope } from './envelope.ts';
import { RequestStateError, RequestStateRejection } from './request-state-error.ts';
import type { ResolvedOptions } from './request-state-options.ts';
import { createSealer, MAX_TEXT_BYTES } from './seal.ts';
import { bindCodec, createRequesterOf, sealingCodec, type StateCodec } from './state-codec.ts';
import { readHandle, StoredTexts, type Handle } from './state-store.ts';
import { keysFromEnvironment, type StateKey } from './state-keys.ts';

export interface SealedRound {
  readonly sealed: string;
  /** Whether it is a handle. */
  readonly stored: boolean;
}

/** Seals what a round leaves behind, and opens it for the next one. */
export class RoundSealer {
  readonly #options: ResolvedOptions;
  readonly #encoder: ValueEncoder;
  readonly #stored: StoredTexts | undefined;
  #codec: StateCodec | undefined;

  /** @throws {RangeError} for keys that cannot be used: at start-up, not at the first ask. */
  constructor(options: ResolvedOptions) {
    this.#options = options;
    this.#encoder = createValueEncoder(options.classes);
    if (options.store !== undefined) this.#stored = new StoredTexts(options.store, options.ttlSeconds);
    const keys = options.keys ?? (options.key === undefined ? undefined : [options.key]);
    if (options.codec !== undefined) this.#codec = bindCodec(options.codec, createRequesterOf(options));
    else if (keys !== undefined) this.#codec = this.#codecOf(keys);
  }

  /**
   * @throws {RequestStateError} when the state is not data, or too large; it names path or largest parts.
   * @throws {StoreUnavailableError}
   */
  async seal(envelope: Envelope, ctx: ServerContext): Promise<SealedRound> {
    const text = encodeEnvelope(envelope, this.#encoder);
    // A character takes at most three bytes.
    if (text.length > MAX_TEXT_BYTES / 3) throw this.#tooLarge(envelope, text.length, MAX_TEXT_BYTES / 3);
    const codec = this.#activeCodec();
    const sealed = await codec.mint(text, ctx);
    const { maxLength } = this.#options;
    if (sealed.length <= maxLength) return { sealed, stored: false };
    if (this.#stored === undefined) throw this.#tooLarge(envelope, sealed.length, maxLength);
    const handle = await this.#stored.put(text, envelope.bound !== undefined, codec, ctx);
    return { sealed: await codec.mint(handle, ctx), stored: true };
  }

  /**
   * @throws {RequestStateRejection} when the state is not one for this request, or has expired.
   * @throws {StoreUnavailableError}
   */
  async open(sealed: string, ctx: ServerContext): Promise<Envelope> {
    // First of all, since everything else takes time that grows with the length.
    if (sealed.length > this.#options.maxLength) throw new RequestStateRejection('too-large');
    const codec = this.#activeCodec();
    const text = await codec.verify(sealed, ctx);
    const handle = readHandle(text);
    const envelope = decodeEnvelope(
      handle === undefined ? text : await this.#fetch(handle, codec, ctx),
      this.#encoder,
    );
    if (envelope.method !== ctx.mcpReq.method) throw new RequestStateRejection('other-request');
    if (envelope.expires * 1000 <= this.#options.now()) throw new RequestStateRejection('expired');
    return envelope;
  }

  async #fetch(handle: Handle, codec: StateCodec, ctx: ServerContext): Promise<string> {
    // A server without a store has never handed out a handle.
    if (this.#stored === undefined) throw new RequestStateRejection('not-stored');
    return this.#stored.get(handle, codec, ctx);
  }

  /** When a state that is sealed now ends, as Unix time in seconds. */
  expiry(): number {
    return Math.floor(this.#options.now() / 1000) + this.#options.ttlSeconds;
  }

  /** Keys from the environment are read when they are needed: a migrated server imports this before it has loaded them. */
  #activeCodec(): StateCodec {
    return (this.#codec ??= this.#codecOf(keysFromEnvironment()));
  }

  #codecOf(keys: readonly StateKey[]): StateCodec {
    const { compressAbove } = this.#options;
    const sealer = createSealer(keys, compressAbove === false ? {} : { compressAbove });
    return sealingCodec(sealer, createRequesterOf(this.#options));
  }

  #tooLarge({ value }: Envelope, length: number, allowed: number): RequestStateError {
    return new RequestStateError(
      `the sealed state has ${length} characters, ${Math.floor(allowed)} are allowed; largest: ${this.#largestParts(value)}`,
    );
  }

  #largestParts(value: unknown): string {
    if (typeof value !== 'object' || value === null) return 'the state itself';
    return Object.entries(value)
      .map(([name, part]) => ({ name, size: this.#encoder.encode(part).length }))
      .sort((a, b) => b.size - a.size)
      .slice(0, 3)
      .map(({ name, size }) => `${name} (${size})`)
      .join(', ');
  }
}
