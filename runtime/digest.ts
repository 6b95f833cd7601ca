import { toBase64Url } from './base64url.ts';
import { canonicalJson } from './canonical-json.ts';

/** Enough that nobody finds arguments with the digest of others (2¹²⁸ tries). */
const DIGEST_BYTES = 16;

const encoder = new TextEncoder();

/**
 * The first 128 bits of SHA-256 of a JSON value in canonical form.
 * @returns 22 characters of base64url.
 */
export async function digestJson(value: unknown): Promise<string> {
  // What came in memory may have members that JSON leaves out.
  const text = canonicalJson(value) ?? canonicalJson(JSON.parse(JSON.stringify(value) ?? 'null')) ?? '';
  const digest = await crypto.subtle.digest('SHA-256', encoder.encode(text));
  return toBase64Url(new Uint8Array(digest, 0, DIGEST_BYTES));
}
