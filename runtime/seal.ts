import { fromBase64Url, toBase64Url } from './base64url.ts';
import { RequestStateRejection } from './request-state-error.ts';

const VERSION = 'v1';
/** No flag is defined yet; the field keeps its place so that a later one (compression) does not change the format. */
const NO_FLAGS = '0';
const IV_BYTES = 12;
const TAG_BITS = 128;
const MINIMUM_KEY_BYTES = 32;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

/** Seals text so that only a holder of the key can read it, change it, or make it up. */
export interface Sealer {
  seal(text: string, associatedData: string): Promise<string>;
  /** @throws {RequestStateRejection} `malformed`, `unknown-key` or `sealed-otherwise`. */
  open(sealed: string, associatedData: string): Promise<string>;
}

/**
 * AES-256-GCM (NIST SP 800-38D) with a key derived from the secret by HKDF-SHA-256 (RFC 5869).
 * Sealed form: `v1.<key id>.<flags>.<base64url(iv · ciphertext · tag)>`. The three fields in front are authenticated with
 * the associated data, and a random 96-bit iv is drawn for each state.
 * @param secret at least 32 bytes; a string is taken as UTF-8.
 * @throws {RangeError} for a shorter secret.
 */
export function createSealer(secret: string | Uint8Array): Sealer {
  const bytes = typeof secret === 'string' ? encoder.encode(secret) : Uint8Array.from(secret);
  if (bytes.length < MINIMUM_KEY_BYTES) {
    throw new RangeError(`the state key has ${bytes.length} bytes; at least ${MINIMUM_KEY_BYTES} are needed`);
  }
  let derived: Promise<DerivedKey> | undefined;
  const key = (): Promise<DerivedKey> => (derived ??= deriveKey(bytes));

  return {
    async seal(text, associatedData) {
      const { id, aes } = await key();
      const header = `${VERSION}.${id}.${NO_FLAGS}`;
      const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
      const sealed = await crypto.subtle.encrypt(
        parameters(iv, header, associatedData),
        aes,
        encoder.encode(text),
      );
      const body = new Uint8Array(IV_BYTES + sealed.byteLength);
      body.set(iv);
      body.set(new Uint8Array(sealed), IV_BYTES);
      return `${header}.${toBase64Url(body)}`;
    },
    async open(sealed, associatedData) {
      const { id, aes } = await key();
      const [version, keyId, flags, body, ...rest] = sealed.split('.');
      const bodyBytes = fromBase64Url(body ?? '.');
      if (version !== VERSION || flags !== NO_FLAGS || rest.length > 0 || bodyBytes === undefined) {
        throw new RequestStateRejection('malformed');
      }
      if (keyId !== id) throw new RequestStateRejection('unknown-key');
      const header = `${version}.${keyId}.${flags}`;
      try {
        const algorithm = parameters(bodyBytes.subarray(0, IV_BYTES), header, associatedData);
        return decoder.decode(await crypto.subtle.decrypt(algorithm, aes, bodyBytes.subarray(IV_BYTES)));
      } catch {
        throw new RequestStateRejection('sealed-otherwise');
      }
    },
  };
}

// Named through WebCrypto's own functions: neither the DOM's nor Node's types are needed for them.
type KeyDerivation = Exclude<Parameters<typeof crypto.subtle.deriveBits>[0], string>;
type Encryption = Exclude<Parameters<typeof crypto.subtle.encrypt>[0], string>;

interface DerivedKey {
  /** Tells keys apart on the wire without saying anything about them. */
  readonly id: string;
  readonly aes: Awaited<ReturnType<typeof crypto.subtle.importKey>>;
}

async function deriveKey(secret: Uint8Array<ArrayBuffer>): Promise<DerivedKey> {
  const material = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveKey', 'deriveBits']);
  const hkdf = (purpose: string): KeyDerivation => ({
    name: 'HKDF',
    hash: 'SHA-256',
    salt: new Uint8Array(),
    info: encoder.encode(`mrtr request-state ${purpose}`),
  });
  const id = await crypto.subtle.deriveBits(hkdf('key id'), material, 48);
  const aes = await crypto.subtle.deriveKey(hkdf('seal'), material, { name: 'AES-GCM', length: 256 }, false, [
    'encrypt',
    'decrypt',
  ]);
  return { id: toBase64Url(new Uint8Array(id)), aes };
}

function parameters(iv: Uint8Array<ArrayBuffer>, header: string, associatedData: string): Encryption {
  return {
    name: 'AES-GCM',
    iv,
    additionalData: encoder.encode(`${header}\n${associatedData}`),
    tagLength: TAG_BITS,
  };
}
