import { IV_BYTES, TAG_BYTES } from './aead.ts';
import { fromBase64Url } from './base64url.ts';
import { inflate } from './deflate.ts';
import { deriveBits } from './key-ring.ts';
import { RequestStateRejection } from './request-state-error.ts';
import { MAX_TEXT_BYTES, readHeader } from './seal.ts';
import type { StateKey } from './state-keys.ts';

/**
 * Reads a sealed text without its associated data, for people who debug: GCM encrypts in counter mode from the block
 * `iv ‖ 2` on (NIST SP 800-38D §7.1), and only its tag needs the rest. So nothing is authenticated here.
 * @throws {RequestStateRejection} `malformed`, `unknown-key`, or `sealed-otherwise` for what is no text after decryption.
 */
export async function peekSealed(sealed: string, keys: readonly StateKey[]): Promise<string> {
  const { keyId, deflated } = readHeader(sealed);
  const derived = await Promise.all(keys.map((key) => deriveBits(key)));
  const key = derived.find(({ id }) => id === keyId);
  if (key === undefined) throw new RequestStateRejection('unknown-key');
  const body = fromBase64Url(sealed.slice(sealed.lastIndexOf('.') + 1));
  if (body === undefined || body.length < IV_BYTES + TAG_BYTES) throw new RequestStateRejection('malformed');
  const counter = new Uint8Array(16);
  counter.set(body.subarray(0, IV_BYTES));
  counter[15] = 2;
  const ciphertext = body.subarray(IV_BYTES, body.length - TAG_BYTES);
  const aes = await crypto.subtle.importKey('raw', key.bits, 'AES-CTR', false, ['decrypt']);
  const plaintext = new Uint8Array(
    await crypto.subtle.decrypt({ name: 'AES-CTR', counter, length: 32 }, aes, ciphertext),
  );
  try {
    const text = deflated ? await inflate(plaintext, MAX_TEXT_BYTES) : plaintext;
    return new TextDecoder('utf-8', { fatal: true }).decode(text);
  } catch {
    throw new RequestStateRejection('sealed-otherwise');
  }
}
