import { toBase64Url } from './base64url.ts';
import { findBuiltinModule } from './builtin-module.ts';
import { canonicalJson } from './canonical-json.ts';

/** Enough that nobody finds arguments with the digest of others (2¹²⁸ tries). */
const DIGEST_BYTES = 16;

interface NodeCrypto {
  createHash(name: 'sha256'): { update(text: string): { digest(): Uint8Array } };
}

/** Where the host has it: WebCrypto hands even the shortest text over to another thread. */
const nodeCrypto = findBuiltinModule<NodeCrypto>('node:crypto');
const encoder = new TextEncoder();

/**
 * The first 128 bits of SHA-256 of a JSON value in canonical form.
 * @returns 22 characters of base64url.
 */
export async function digestJson(value: unknown): Promise<string> {
  // What came in memory may have members that JSON leaves out.
  const text = canonicalJson(value) ?? canonicalJson(JSON.parse(JSON.stringify(value) ?? 'null')) ?? '';
  const digest = nodeCrypto?.createHash('sha256').update(text).digest() ?? (await webDigest(text));
  return toBase64Url(digest.subarray(0, DIGEST_BYTES));
}

async function webDigest(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', encoder.encode(text)));
}
