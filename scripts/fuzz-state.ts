/**
 * `npm run fuzz:state -- [states] [seed]`: changed states against `verify`, none of which may be accepted. Every one comes from
 * states of all kinds: small, deflated, kept in a store, of two keys of the ring and two principals.
 */
import type { ServerContext } from '@modelcontextprotocol/server';

import { createRequestState, RequestStateRejection, type RequestState } from '../runtime/index.ts';
import { MUTATORS, seededRandom } from '../test/fuzz/mutate-state.ts';

const OLD_KEY = 'the old key for fuzzing, 32 bytes or more';
const NEW_KEY = 'the new key for fuzzing, 32 bytes or more';
/** How many are verified at the same time: WebCrypto works on several threads. */
const BATCH = 64;

const entries = new Map<string, string>();
const store = {
  get: async (key: string) => entries.get(key),
  set: async (key: string, value: string) => entries.set(key, value),
};

function contextOf(principal: string, method = 'tools/call'): ServerContext {
  const authInfo = { token: 't', clientId: principal, scopes: [] };
  return {
    mcpReq: { method, signal: new AbortController().signal },
    http: { authInfo },
  } as unknown as ServerContext;
}

function codec(keys: readonly string[]): RequestState {
  return createRequestState({ keys, store, maxLength: 2000 });
}

async function originals(): Promise<string[]> {
  const noise = Buffer.from(crypto.getRandomValues(new Uint8Array(4000))).toString('base64');
  const values = [
    { step: 'a' },
    { step: 'b', list: Array.from({ length: 200 }, (_, i) => i) },
    { noise },
    new Date(0),
  ];
  const codecs = [codec([OLD_KEY]), codec([NEW_KEY, OLD_KEY])];
  const minted = codecs.flatMap((each) => values.map((value) => each.mint(value, contextOf('ada'))));
  return Promise.all(minted);
}

async function fuzz(count: number, seed: number): Promise<void> {
  const below = seededRandom(seed);
  const states = await originals();
  const known = new Set(states);
  const target = codec([NEW_KEY, OLD_KEY]);
  const ada = contextOf('ada');
  for (const state of states) await target.verify(state, ada);
  const mutators = Object.entries(MUTATORS);
  const reasons = new Map<string, number>();
  const accepted: string[] = [];
  const attempt = async (name: string, mutant: string, ctx: ServerContext): Promise<void> => {
    const reason = await target.verify(mutant, ctx).then(
      () => 'ACCEPTED',
      (error: unknown) => (error instanceof RequestStateRejection ? error.reason : `THREW ${String(error)}`),
    );
    if (/^[A-Z]/.test(reason)) accepted.push(`${reason} after "${name}": ${mutant}`);
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  };
  const strangers = [contextOf('bob'), contextOf('ada', 'prompts/get')];
  const began = performance.now();
  for (let done = 0; done < count && accepted.length === 0;) {
    const batch: Promise<void>[] = [];
    while (batch.length < BATCH && done < count) {
      const state = states[below(states.length)] ?? '';
      const [name, mutate] = mutators[below(mutators.length)] ?? ['', String];
      const mutant = mutate(state, { below, other: states[below(states.length)] ?? '' });
      // What comes out unchanged is a state; another may use it all the less.
      const isState = known.has(mutant);
      const ctx = isState ? strangers[below(strangers.length)] : ada;
      if (ctx !== undefined) batch.push(attempt(isState ? 'other requester' : name, mutant, ctx));
      done++;
    }
    await Promise.all(batch);
  }
  const seconds = (performance.now() - began) / 1000;
  for (const line of accepted) console.log(line);
  console.table(Object.fromEntries(reasons));
  const total = [...reasons.values()].reduce((sum, number) => sum + number, 0);
  console.log(
    `${total} changed states from seed ${seed}, ${accepted.length} accepted, ${Math.round(total / seconds)} per second`,
  );
  process.exitCode = accepted.length === 0 ? 0 : 1;
}

const [count = 1_000_000, seed = 1] = process.argv.slice(2).map(Number);
await fuzz(count, seed);
