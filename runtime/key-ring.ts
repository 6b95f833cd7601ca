import { createAead, type Aead } from './aead.ts';
import { toBase64Url } from './base64url.ts';
import type { StateKey } from './state-keys.ts';

const MINIMUM_KEY_BYTES = 32;
const KEY_ID_BITS = 48;
const KEY_BITS = 256;

const encoder = new TextEncoder();

// Named through WebCrypto's own functions: neither the DOM's nor Node's types are needed for it.
type KeyDerivation = Exclude<Parameters<typeof crypto.subtle.deriveBits>[0], string>;

/** What is derived from a secret, one sub-key for each purpose; the secret itself encrypts nothing. */
export interface DerivedKey {
  /** Tells keys apart on the wire without saying anything about them. */
  readonly id: string;
  readonly aead: Aead;
}

/** Several keys at once, so that one can replace another while states of both are on their way. */
export interface KeyRing {
  sealingKey(): Promise<DerivedKey>;
  /** The key with this id, if it is in the ring. */
  openingKey(id: string): Promise<DerivedKey | undefined>;
}

/**
 * Derives keys with HKDF-SHA-256 (RFC 5869) when they are first needed.
 * @param secrets the first one seals, all of them open.
 * @throws {RangeError} for no secret, one of fewer than 32 bytes, or the same one twice.
 */
export function createKeyRing(secrets: readonly StateKey[]): KeyRing {
  const materials = secrets.map(readSecret);
  if (materials.length === 0) throw new RangeError('the key ring is empty');
  if (new Set(materials.map(toBase64Url)).size < materials.length)
    throw new RangeError('the key ring has the same key twice');
  let derived: Promise<readonly [DerivedKey, ...DerivedKey[]]> | undefined;
  const keys = (): Promise<readonly [DerivedKey, ...DerivedKey[]]> =>
    (derived ??= Promise.all(materials.map((material) => deriveKey(material))) as Promise<
      [DerivedKey, ...DerivedKey[]]
    >);
  return {
    sealingKey: async () => (await keys())[0],
    openingKey: async (id) => (await keys()).find((key) => key.id === id),
  };
}

function readSecret(secret: StateKey): Uint8Array<ArrayBuffer> {
  const bytes = typeof secret === 'string' ? encoder.encode(secret) : Uint8Array.from(secret);
  if (bytes.length >= MINIMUM_KEY_BYTES) return bytes;
  throw new RangeError(`the state key has ${bytes.length} bytes; at least ${MINIMUM_KEY_BYTES} are needed`);
}

async function deriveKey(secret: Uint8Array<ArrayBuffer>): Promise<DerivedKey> {
  const { id, bits } = await deriveBits(secret);
  return { id, aead: await createAead(bits) };
}

/** The 256 bits that seal, and their id. */
export async function deriveBits(
  secret: StateKey,
): Promise<{ readonly id: string; readonly bits: Uint8Array<ArrayBuffer> }> {
  const material = await crypto.subtle.importKey('raw', readSecret(secret), 'HKDF', false, ['deriveBits']);
  const derive = async (purpose: string, length: number): Promise<Uint8Array<ArrayBuffer>> => {
    const derivation: KeyDerivation = {
      name: 'HKDF',
      hash: 'SHA-256',
      salt: new Uint8Array(),
      info: encoder.encode(`mrtr request-state ${purpose}`),
    };
    return new Uint8Array(await crypto.subtle.deriveBits(derivation, material, length));
  };
  return { id: toBase64Url(await derive('key id', KEY_ID_BITS)), bits: await derive('seal', KEY_BITS) };
}
