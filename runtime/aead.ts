import { findBuiltinModule } from './builtin-module.ts';

type Bytes = Uint8Array<ArrayBuffer>;

export const IV_BYTES = 12;
export const TAG_BYTES = 16;

/** AES-256-GCM (NIST SP 800-38D) under one key; the tag follows the ciphertext, as in RFC 5116. */
export interface Aead {
  seal(iv: Bytes, plaintext: Bytes, associatedData: Bytes): Bytes | Promise<Bytes>;
  /** @throws {Error} unless it was sealed under the key with the same iv and associated data. */
  open(iv: Bytes, sealed: Bytes, associatedData: Bytes): Bytes | Promise<Bytes>;
}

interface Cipher {
  setAAD(data: Uint8Array): unknown;
  update(data: Uint8Array): Uint8Array;
  final(): Uint8Array;
}

interface NodeCrypto {
  createSecretKey(key: Uint8Array): object;
  createCipheriv(
    name: string,
    key: object,
    iv: Uint8Array,
    options: object,
  ): Cipher & { getAuthTag(): Uint8Array };
  createDecipheriv(
    name: string,
    key: object,
    iv: Uint8Array,
    options: object,
  ): Cipher & { setAuthTag(tag: Uint8Array): unknown };
}

const nodeCrypto = findBuiltinModule<NodeCrypto>('node:crypto');

/**
 * Where the host has Node's cipher, its synchronous calls: a state takes it some microseconds, while WebCrypto hands even
 * that over to another thread and waits for it.
 */
export function createAead(key: Bytes): Aead | Promise<Aead> {
  return nodeCrypto === undefined ? webAead(key) : nodeAead(key, nodeCrypto);
}

function nodeAead(bytes: Bytes, host: NodeCrypto): Aead {
  const name = 'aes-256-gcm';
  const key = host.createSecretKey(bytes);
  const options = { authTagLength: TAG_BYTES };
  return {
    seal(iv, plaintext, associatedData) {
      const cipher = host.createCipheriv(name, key, iv, options);
      cipher.setAAD(associatedData);
      return concat(cipher.update(plaintext), cipher.final(), cipher.getAuthTag());
    },
    open(iv, sealed, associatedData) {
      if (sealed.length < TAG_BYTES) throw new RangeError('there is no tag');
      const decipher = host.createDecipheriv(name, key, iv, options);
      decipher.setAAD(associatedData);
      decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
      return concat(decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final());
    },
  };
}

async function webAead(bytes: Bytes): Promise<Aead> {
  const { subtle } = crypto;
  const key = await subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt']);
  const algorithm = (iv: Bytes, additionalData: Bytes): Parameters<typeof subtle.encrypt>[0] => ({
    name: 'AES-GCM',
    iv,
    additionalData,
    tagLength: TAG_BYTES * 8,
  });
  return {
    seal: async (iv, plaintext, data) =>
      new Uint8Array(await subtle.encrypt(algorithm(iv, data), key, plaintext)),
    open: async (iv, sealed, data) => new Uint8Array(await subtle.decrypt(algorithm(iv, data), key, sealed)),
  };
}

function concat(...parts: readonly Uint8Array[]): Bytes {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
