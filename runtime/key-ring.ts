import { toBase64Url } from './base64url.ts';
import type { StateKey } from './state-keys.ts';

const MINIMUM_KEY_BYTES = 32;
const KEY_ID_BITS = 48;

const encoder = new TextEncoder();

type AesKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>;
// Named through WebCrypto's own functions: neither the DOM's nor Node's types are needed for it.
type KeyDerivation = Exclude<Parameters<typeof crypto.subtle.deriveBits>[0], string>;

/** What is derived from a secret, one sub-key for each purpose; the secret itself encrypts nothing. */
export interface DerivedKey {
  /** Tells keys apart on the wire without saying anything about them. */
  readonly id: string;
  readonly aes: AesKey;
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

/** The key derived from a secret, and the algorithm that it is for. */
export async function deriveKey(
  secret: StateKey,
  name: 'AES-GCM' | 'AES-CTR' = 'AES-GCM',
): Promise<DerivedKey> {
  const bytes = readSecret(secret);
  const material = await crypto.subtle.importKey('raw', bytes, 'HKDF', false, ['deriveKey', 'deriveBits']);
  const forPurpose = (purpose: string): KeyDerivation => ({
    name: 'HKDF',
    hash: 'SHA-256',
    salt: new Uint8Array(),
    info: encoder.encode(`mrtr request-state ${purpose}`),
  });
  const id = await crypto.subtle.deriveBits(forPurpose('key id'), material, KEY_ID_BITS);
  const algorithm = { name, length: 256 };
  const aes = await crypto.subtle.deriveKey(forPurpose('seal'), material, algorithm, false, [
    'encrypt',
    'decrypt',
  ]);
  return { id: toBase64Url(new Uint8Array(id)), aes };
}
