import { compareSource } from './compare-modes.ts';
import type { Difference } from './compare-modes.ts';
import { shrinkProgram } from './shrink-program.ts';

/** The smallest program found that still differs in the same way: by another behaviour, or by being refused. */
export async function shrinkDifference(given: Difference): Promise<Difference> {
  let smallest = given;
  await shrinkProgram(given.source, async (source) => {
    // A candidate may not be a program any more.
    const difference = await compareSource(source, given.seed).catch(() => undefined);
    if (difference === undefined || kindOf(difference) !== kindOf(given)) return false;
    smallest = difference;
    return true;
  });
  return smallest;
}

/** Names of the program are left out: shrinking may change which one is concerned. */
function kindOf({ actual }: Difference): string {
  const refusal = /^(?:not run|error refused) ?:?.*$/.exec(actual.result)?.[0];
  return refusal === undefined ? 'behaviour' : refusal.replaceAll(/\b[a-z]+\d+\b|`[^`]*`/g, '·').slice(0, 60);
}
