import { run } from '../engine/compiled/run-compiled.ts';
import type { Answer } from '../engine/compiled/client.ts';
import type { Mode, Transcript } from '../engine/compiled/run-compiled.ts';
import { Subject } from '../engine/compiled/subject.ts';
import { seeded } from './choices.ts';
import { generateHandler } from './generate-handler.ts';

export interface Difference {
  /** Decides what the client answers, and the program where it was generated. */
  readonly seed: number;
  readonly mode: Mode;
  readonly source: string;
  readonly expected: Transcript;
  readonly actual: Pick<Transcript, 'log' | 'result'>;
}

/**
 * Answers are a function of the seed, the question and how often it was asked, so that the client is the same whatever
 * the order in which parallel branches ask.
 */
export function answersOf(seed: number): Answer {
  return (question, _index, repeated) => {
    const choice = Math.floor(seeded(seed * 1000 + repeated + 31 * checksum(question))() * 8);
    if (choice === 0) throw new RangeError(`client ${repeated}`);
    return [0, 0, '', repeated, 'yes', null, true, { action: 'decline' }][choice];
  };
}

function checksum(text: string): number {
  let sum = 0;
  for (let at = 0; at < text.length; at++) sum = (sum * 31 + text.charCodeAt(at)) | 0;
  return sum;
}

/** The sealer's own limit. */
const OUTGROWN = /^not run: RangeError: \d+ bytes, at most \d+ are sealed$/;

/** Runs `source` in every mode with the client of `seed`; the first mode that differs from the native one, if any. */
export async function compareSource(source: string, seed: number): Promise<Difference | undefined> {
  const subject = new Subject(source);
  const answer = answersOf(seed);
  const expected = await run(subject, 'native', answer);
  for (const mode of ['one-process', 'fresh-load', 'reformatted'] as const) {
    const actual = await run(subject, mode, answer).catch((error: unknown) => ({
      log: [],
      result: `not run: ${String(error)}`,
    }));
    // Values that double in a loop: the program says nothing about the engine.
    if (OUTGROWN.test(actual.result)) return undefined;
    const isSame = actual.result === expected.result && actual.log.join('\n') === expected.log.join('\n');
    if (!isSame) return { seed, mode, source, expected, actual };
  }
  return undefined;
}

/** Generates the program of one seed and compares its modes. */
export function compareModes(seed: number): Promise<Difference | undefined> {
  return compareSource(generateHandler(seeded(seed)), seed);
}
