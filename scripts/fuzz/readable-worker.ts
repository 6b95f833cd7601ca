/** A process of `npm run fuzz:readable`: rewrites and compares every nth module. */
import { RewriteComparer, type Comparison } from '../../test/fuzz/readable/compare-rewrite.ts';
import { tellParent } from './tell-parent.ts';
import type { Share } from './worker.ts';

export interface ReadableShare extends Share {
  readonly perModule: number;
}

/** What one module showed; its texts only where something is wrong. */
export type ReadableReport = Pick<Comparison, 'compared' | 'diagnosed' | 'typeErrors' | 'differences'> & {
  readonly seed: number;
  readonly migrated: number;
  readonly texts?: { readonly source: string; readonly rewritten: string };
};

await compareShare(JSON.parse(process.argv[2] ?? '') as ReadableShare);
process.disconnect();

async function compareShare({ first, end, stride, perModule }: ReadableShare): Promise<void> {
  const comparer = new RewriteComparer();
  for (let seed = first; seed < end; seed += stride) {
    const comparison = await comparer.compare(seed, perModule);
    const { compared, diagnosed, typeErrors, differences, source, text } = comparison;
    const isRight = differences.length === 0 && typeErrors.length === 0;
    const report: ReadableReport = {
      seed,
      compared,
      migrated: comparison.migrated.length,
      diagnosed,
      typeErrors,
      differences,
      ...(isRight ? {} : { texts: { source, rewritten: text } }),
    };
    await tellParent(report);
  }
}
