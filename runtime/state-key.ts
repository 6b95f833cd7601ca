/** Where a server finds its key when none is given in the options. */
const VARIABLE = 'MRTR_STATE_KEY';

let processKey: Uint8Array | undefined;

/**
 * The key from MRTR_STATE_KEY. Without it, a random key of this process and one warning: states then die with the
 * process, which is right for stdio on a laptop and wrong for a fleet.
 */
export function defaultKey(): string | Uint8Array {
  const environment = (globalThis as { process?: { env?: Record<string, string | undefined> } }).process?.env;
  const configured = environment?.[VARIABLE];
  if (configured !== undefined && configured !== '') return configured;
  if (processKey === undefined) {
    console.warn(`mrtr: ${VARIABLE} is not set; states can be opened only by this process.`);
    processKey = crypto.getRandomValues(new Uint8Array(32));
  }
  return processKey;
}
