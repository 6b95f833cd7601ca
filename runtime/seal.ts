import { IV_BYTES } from './aead.ts';
import { fromBase64Url, toBase64Url } from './base64url.ts';
import { deflate, inflate } from './deflate.ts';
import { createKeyRing } from './key-ring.ts';
import { RequestStateRejection } from './request-state-error.ts';
import type { StateKey } from './state-keys.ts';

const VERSION = 'v1';
/** What the flags field says: how the text became the plaintext. */
const PLAIN = '0';
const DEFLATED = '1';

/** The largest text that is opened, in bytes. A key that leaked must not be enough to fill the memory. */
export const MAX_TEXT_BYTES = 2 ** 20;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

/** The fields in front of a sealed text, which anybody can read. */
export interface SealedHeader {
  readonly version: string;
  readonly keyId: string;
  readonly deflated: boolean;
}

/** Seals text so that only a holder of the key can read it, change it, or make it up. */
export interface Sealer {
  /** @throws {RangeError} when the text has more than {@link MAX_TEXT_BYTES} bytes. */
  seal(text: string, associatedData: string): Promise<string>;
  /** @throws {RequestStateRejection} `malformed`, `unknown-key` or `sealed-otherwise`. */
  open(sealed: string, associatedData: string): Promise<string>;
}

export interface SealerOptions {
  /** Deflates texts of at least so many bytes, when that makes them smaller. Default: none. */
  readonly compressAbove?: number | undefined;
}

/**
 * AES-256-GCM (NIST SP 800-38D). Sealed form: `v1.<key id>.<flags>.<base64url(iv · ciphertext · tag)>`. The three fields in
 * front are authenticated with the associated data, and a random 96-bit iv is drawn for each state.
 * @param keys one key, or a ring: the first one seals, all of them open.
 * @throws {RangeError} for a key of fewer than 32 bytes, an empty ring, or the same key twice.
 */
export function createSealer(keys: StateKey | readonly StateKey[], options: SealerOptions = {}): Sealer {
  const ring = createKeyRing(typeof keys === 'string' || keys instanceof Uint8Array ? [keys] : keys);
  const { compressAbove = Number.POSITIVE_INFINITY } = options;
  return {
    async seal(text, associatedData) {
      const { id, aead } = await ring.sealingKey();
      const { flags, plaintext } = await pack(encoder.encode(text), compressAbove);
      const header = `${VERSION}.${id}.${flags}`;
      const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
      const sealed = await aead.seal(iv, plaintext, authenticated(header, associatedData));
      const body = new Uint8Array(IV_BYTES + sealed.length);
      body.set(iv);
      body.set(sealed, IV_BYTES);
      return `${header}.${toBase64Url(body)}`;
    },
    async open(sealed, associatedData) {
      const header = readHeader(sealed);
      const key = await ring.openingKey(header.keyId);
      if (key === undefined) throw new RequestStateRejection('unknown-key');
      const bodyStart = sealed.lastIndexOf('.');
      const body = fromBase64Url(sealed.slice(bodyStart + 1));
      if (body === undefined) throw new RequestStateRejection('malformed');
      try {
        const data = authenticated(sealed.slice(0, bodyStart), associatedData);
        const plaintext = await key.aead.open(body.subarray(0, IV_BYTES), body.subarray(IV_BYTES), data);
        return decoder.decode(header.deflated ? await inflate(plaintext, MAX_TEXT_BYTES) : plaintext);
      } catch {
        throw new RequestStateRejection('sealed-otherwise');
      }
    },
  };
}

/**
 * Reads what is in front of a sealed text.
 * @throws {RequestStateRejection} `malformed`
 */
export function readHeader(sealed: string): SealedHeader {
  const [version = '', keyId = '', flags = '', body, ...rest] = sealed.split('.', 5);
  const isForm = version === VERSION && (flags === PLAIN || flags === DEFLATED);
  if (!isForm || body === undefined || rest.length > 0) throw new RequestStateRejection('malformed');
  return { version, keyId, deflated: flags === DEFLATED };
}

async function pack(
  text: Uint8Array<ArrayBuffer>,
  compressAbove: number,
): Promise<{ flags: string; plaintext: Uint8Array<ArrayBuffer> }> {
  if (text.length > MAX_TEXT_BYTES)
    throw new RangeError(`${text.length} bytes, at most ${MAX_TEXT_BYTES} are sealed`);
  if (text.length < compressAbove) return { flags: PLAIN, plaintext: text };
  const deflated = await deflate(text);
  return deflated.length < text.length
    ? { flags: DEFLATED, plaintext: deflated }
    : { flags: PLAIN, plaintext: text };
}

function authenticated(header: string, associatedData: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(`${header}\n${associatedData}`);
}
