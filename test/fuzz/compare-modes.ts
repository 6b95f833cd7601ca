import { run } from '../engine/compiled/run-compiled.ts';
import type { Answer, Mode, Transcript } from '../engine/compiled/run-compiled.ts';
import { Subject } from '../engine/compiled/subject.ts';
import { generateHandler, seeded } from './generate-handler.ts';

export interface Difference {
  /** Decides what the client answers, and the program where it was generated. */
  readonly seed: number;
  readonly mode: Mode;
  readonly source: string;
  readonly expected: Transcript;
  readonly actual: Pick<Transcript, 'log' | 'result'>;
}

/** Answers are a function of the seed and of how many asks came before, so that all modes see the same client. */
export function answersOf(seed: number): Answer {
  return (_question, index) => {
    const choice = Math.floor(seeded(seed * 1000 + index)() * 8);
    if (choice === 0) throw new RangeError(`client ${index}`);
    return [0, 0, '', index, 'yes', null, true, { action: 'decline' }][choice];
  };
}

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
    const isSame = actual.result === expected.result && actual.log.join('\n') === expected.log.join('\n');
    if (!isSame) return { seed, mode, source, expected, actual };
  }
  return undefined;
}

/** Generates the program of one seed and compares its modes. */
export function compareModes(seed: number): Promise<Difference | undefined> {
  return compareSource(generateHandler(seeded(seed)), seed);
}
