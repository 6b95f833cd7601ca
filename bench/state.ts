/**
 * `npm run bench:state`: sealing and opening a state, in time and characters, against the SDK's codec with `bind` (which
 * authenticates and does not encrypt) and plain JWE of `jose`. Contenders take turns, so that other load on the machine
 * hits all of them.
 */
import { createRequestStateCodec, type ServerContext } from '@modelcontextprotocol/server';
import { CompactEncrypt, compactDecrypt } from 'jose';

import { createRequestState } from '../runtime/index.ts';

interface Contender {
  mint(state: unknown): Promise<string>;
  verify(sealed: string): Promise<unknown>;
}

const SIZES = { '100 B': 100, '1 KB': 1024, '10 KB': 10_240 };
const REFERENCE = 'SDK codec with bind';
const KEY = crypto.getRandomValues(new Uint8Array(32));

/** What codecs read of a context. */
const ctx = {
  mcpReq: { method: 'tools/call', signal: new AbortController().signal },
  http: {
    authInfo: { token: 't', clientId: 'app', scopes: [], extra: { iss: 'https://id.test', sub: 'ada' } },
  },
} as unknown as ServerContext;

function contenders(): Readonly<Record<string, Contender>> {
  const ours = createRequestState({ key: KEY });
  const uncompressed = createRequestState({ key: KEY, compressAbove: false });
  const principalOf = ({ http }: ServerContext): string => JSON.stringify(http?.authInfo?.extra);
  const sdk = createRequestStateCodec({ key: KEY, bind: principalOf });
  return {
    mrtr: { mint: (state) => ours.mint(state, ctx), verify: (sealed) => ours.verify(sealed, ctx) },
    'mrtr, compressAbove: false': {
      mint: (state) => uncompressed.mint(state, ctx),
      verify: (sealed) => uncompressed.verify(sealed, ctx),
    },
    [REFERENCE]: { mint: (state) => sdk.mint(state, ctx), verify: (sealed) => sdk.verify(sealed, ctx) },
    'jose JWE': {
      mint: (state) =>
        new CompactEncrypt(new TextEncoder().encode(JSON.stringify(state)))
          .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
          .encrypt(KEY),
      verify: async (sealed) => {
        const { plaintext } = await compactDecrypt(sealed, KEY);
        return JSON.parse(new TextDecoder().decode(plaintext)) as unknown;
      },
    },
  };
}

/** A state like those of real handlers (records with names, times, numbers) whose JSON has about `bytes` bytes. */
function stateOf(bytes: number): unknown {
  const state = { step: 'awaiting-choice', versions: [] as object[] };
  const digits = (count: number): string =>
    Buffer.from(crypto.getRandomValues(new Uint8Array(count))).toString('hex');
  while (JSON.stringify(state).length < bytes - 60) {
    const index = state.versions.length;
    state.versions.push({
      version: `1.${index}.0`,
      digest: digits(8),
      files: index * 7,
      yanked: index % 5 === 0,
    });
  }
  return { ...state, note: 'x'.repeat(Math.max(0, bytes - JSON.stringify({ ...state, note: '' }).length)) };
}

const ROUNDS = 3000;
/** The first rounds only make the engine compile the code. */
const WARMUP_ROUNDS = 500;

/** Microseconds to seal and open, the median of all rounds. */
async function measure(all: readonly Contender[], state: unknown): Promise<number[]> {
  const samples = all.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, contender] of all.entries()) {
      const start = performance.now();
      await contender.verify(await contender.mint(state));
      if (round >= WARMUP_ROUNDS) samples[index]?.push((performance.now() - start) * 1000);
    }
  }
  return samples.map((times) => times.sort((a, b) => a - b)[times.length >> 1] ?? Number.NaN);
}

for (const [label, bytes] of Object.entries(SIZES)) {
  const state = stateOf(bytes);
  const all = contenders();
  const names = Object.keys(all);
  const medians = await measure(Object.values(all), state);
  const reference = medians[names.indexOf(REFERENCE)] ?? Number.NaN;
  const rows = names.map(async (name, index) => {
    const sealed = await all[name]?.mint(state);
    const time = medians[index] ?? Number.NaN;
    const row = {
      microseconds: Math.round(time),
      relative: (time / reference).toFixed(2),
      characters: sealed?.length,
    };
    return [name, row] as const;
  });
  console.log(`\n${label}: a state of ${JSON.stringify(state).length} bytes as JSON, sealed and opened`);
  console.table(Object.fromEntries(await Promise.all(rows)));
}
