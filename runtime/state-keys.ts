/** A secret of at least 32 bytes; a string is taken as UTF-8. */
export type StateKey = string | Uint8Array;

/**
 * The keys from the environment: MRTR_STATE_KEYS (separated by commas or white space, the first one seals), else
 * MRTR_STATE_KEY. Without either, a random key and one warning: states then die with the process, which is right for
 * stdio on a laptop and wrong for a fleet.
 */
export function keysFromEnvironment(): readonly StateKey[] {
  const { MRTR_STATE_KEYS: ring = '', MRTR_STATE_KEY: single = '' } = environment();
  const keys = ring.split(/[\s,]+/).filter((key) => key !== '');
  if (keys.length > 0) return keys;
  if (single !== '') return [single];
  console.warn('mrtr: MRTR_STATE_KEYS is not set; states can be opened only by this process.');
  return [crypto.getRandomValues(new Uint8Array(32))];
}

function environment(): Readonly<Record<string, string | undefined>> {
  return (globalThis as { process?: { env?: Record<string, string | undefined> } }).process?.env ?? {};
}
