import { toBase64Url } from './base64url.ts';

/** 128 random bits, as 22 characters. */
export function newId(): string {
  return toBase64Url(crypto.getRandomValues(new Uint8Array(16)));
}
