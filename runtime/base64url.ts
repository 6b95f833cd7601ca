const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const INVALID = 0xff;

const CODES = Uint8Array.from(ALPHABET, (character) => character.charCodeAt(0));
const decoder = new TextDecoder();

/** By character code; what is above it is outside of the alphabet too. */
const VALUES = new Uint8Array(128).fill(INVALID);
for (let value = 0; value < CODES.length; value++) VALUES[CODES[value] ?? 0] = value;

interface NodeBuffer {
  from(buffer: ArrayBufferLike, offset: number, length: number): { toString(encoding: 'base64url'): string };
}

const { Buffer: nodeBuffer } = globalThis as { Buffer?: NodeBuffer };

/** Bytes as base64url without padding (RFC 4648 §5). */
export function toBase64Url(bytes: Uint8Array): string {
  if (nodeBuffer !== undefined)
    return nodeBuffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64url');
  const characters = new Uint8Array(Math.ceil((bytes.length * 4) / 3));
  let written = 0;
  let pending = 0;
  let bits = 0;
  for (let at = 0; at < bytes.length; at++) {
    pending = ((pending << 8) | (bytes[at] ?? 0)) & 0xffff;
    for (bits += 8; bits >= 6;) {
      bits -= 6;
      characters[written++] = CODES[(pending >> bits) & 0x3f] ?? 0;
    }
  }
  if (bits > 0) characters[written] = CODES[(pending << (6 - bits)) & 0x3f] ?? 0;
  return decoder.decode(characters);
}

/**
 * Reads canonical base64url. Unlike `atob` it refuses other alphabets, padding and stray bits in the last character, so
 * that each byte string has one spelling. (`Uint8Array.fromBase64` with `lastChunkHandling: 'strict'` wants the padding.)
 * @returns undefined for anything else.
 */
export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (text.length % 4 === 1) return undefined;
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let written = 0;
  let pending = 0;
  let bits = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const value = code < VALUES.length ? (VALUES[code] ?? INVALID) : INVALID;
    if (value === INVALID) return undefined;
    pending = ((pending << 6) | value) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[written++] = pending >> bits;
  }
  const unused = pending & ((1 << bits) - 1);
  return unused === 0 ? bytes : undefined;
}
