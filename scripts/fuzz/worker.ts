/** A process of `npm run fuzz`: compares every nth program, and makes what differs small. */
import { compareModes } from '../../test/fuzz/compare-modes.ts';
import type { Difference } from '../../test/fuzz/compare-modes.ts';
import { shrinkDifference } from '../../test/fuzz/shrink-difference.ts';
import { tellParent } from './tell-parent.ts';

export interface Share {
  readonly first: number;
  readonly end: number;
  readonly stride: number;
}

export type Report =
  | { readonly kind: 'begin' | 'shrinking'; readonly seed: number }
  | { readonly kind: 'difference'; readonly difference: Difference };

// Programs, above all those the shrinker tries, may leave rejections to nobody.
process.on('unhandledRejection', () => undefined);
await compareShare(JSON.parse(process.argv[2] ?? '') as Share);
process.disconnect();

async function compareShare({ first, end, stride }: Share): Promise<void> {
  for (let seed = first; seed < end; seed += stride) {
    await report({ kind: 'begin', seed });
    const difference = await compareModes(seed);
    if (difference === undefined) continue;
    await report({ kind: 'shrinking', seed });
    await report({ kind: 'difference', difference: await shrinkDifference(difference) });
  }
}

function report(message: Report): Promise<void> {
  return tellParent(message);
}
