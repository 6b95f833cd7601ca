import { sha256 } from '@noble/hashes/sha2.js';

import { toBase64Url } from '../../runtime/base64url.ts';

/** The one hash that the engine makes, synchronous as in Node: WebCrypto has none that is. */
export function createHash(_name: 'sha256'): {
  update(text: string): { digest(encoding: 'base64url'): string };
} {
  return {
    update: (text) => ({ digest: () => toBase64Url(sha256(new TextEncoder().encode(text))) }),
  };
}
