const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Whole numbers from 0 to `below - 1`, the same ones for the same seed (mulberry32). */
export function seededRandom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

interface Source {
  readonly below: (limit: number) => number;
  /** Another state, sealed with another key of the ring or for another flow. */
  readonly other: string;
}

type Mutator = (state: string, source: Source) => string;

/** What an attacker who holds states, and no key, may try. */
export const MUTATORS: Readonly<Record<string, Mutator>> = {
  'flip a bit of the bytes': (state, source) => mapBody(state, (body) => flipBit(body, source)),
  'flip bits of the bytes': (state, source) => {
    let mutant = state;
    for (let count = 2 + source.below(6); count > 0; count--)
      mutant = mapBody(mutant, (body) => flipBit(body, source));
    return mutant;
  },
  'change a character': (state, { below }) =>
    splice(state, below(state.length), 1, ALPHABET[below(ALPHABET.length)] ?? ''),
  'change a character to anything': (state, { below }) =>
    splice(state, below(state.length), 1, String.fromCharCode(below(0x3000))),
  'insert a character': (state, { below }) =>
    splice(state, below(state.length + 1), 0, ALPHABET[below(ALPHABET.length)] ?? ''),
  'leave a character out': (state, { below }) => splice(state, below(state.length), 1, ''),
  'cut off the end': (state, { below }) => state.slice(0, below(state.length)),
  'append bytes': (state, { below }) =>
    mapBody(state, (body) => Buffer.concat([body, Buffer.alloc(1 + below(64), below(256))])),
  'exchange the fields in front': (state, { below, other }) => {
    const fields = state.split('.');
    const field = below(fields.length);
    fields[field] = other.split('.')[field] ?? '';
    return fields.join('.');
  },
  'exchange the nonce': (state, { other }) =>
    mapBody(state, (body) => Buffer.concat([bodyOf(other).subarray(0, 12), body.subarray(12)])),
  'exchange the tag': (state, { other }) =>
    mapBody(state, (body) => Buffer.concat([body.subarray(0, -16), bodyOf(other).subarray(-16)])),
  'exchange a block': (state, { below, other }) =>
    mapBody(state, (body) => {
      const blocks = Math.max(1, Math.floor((Math.min(body.length, bodyOf(other).length) - 28) / 16));
      const start = 12 + 16 * below(blocks);
      const block = bodyOf(other).subarray(start, start + 16);
      return Buffer.concat([body.subarray(0, start), block, body.subarray(start + block.length)]);
    }),
  'repeat a block': (state, { below }) =>
    mapBody(state, (body) => {
      const start = 12 + below(Math.max(1, body.length - 28));
      return Buffer.concat([body.subarray(0, start + 16), body.subarray(start)]);
    }),
  'change the flags': (state, { below }) => state.replace(/\.[01]\./, `.${below(10)}.`),
  'make up a body': (state, { below }) => mapBody(state, (body) => body.map(() => below(256))),
};

function mapBody(state: string, change: (body: Uint8Array) => Uint8Array): string {
  const start = state.lastIndexOf('.') + 1;
  return state.slice(0, start) + Buffer.from(change(bodyOf(state))).toString('base64url');
}

function bodyOf(state: string): Uint8Array {
  return Buffer.from(state.slice(state.lastIndexOf('.') + 1), 'base64url');
}

function flipBit(body: Uint8Array, { below }: Source): Uint8Array {
  const flipped = Uint8Array.from(body);
  const at = below(Math.max(1, body.length));
  flipped[at] = (flipped[at] ?? 0) ^ (1 << below(8));
  return flipped;
}

function splice(text: string, start: number, count: number, inserted: string): string {
  return text.slice(0, start) + inserted + text.slice(start + count);
}
