import { expect, it } from 'vitest';

import { RewriteComparer } from './readable/compare-rewrite.ts';

it('rewritten handlers behave as the original ones', async () => {
  const { difference, typeErrors, migrated, compared } = await new RewriteComparer().compare(1, 100);
  expect(difference).toBeUndefined();
  expect(typeErrors).toEqual([]);
  // A generator that the rewrite refuses would prove nothing.
  expect(migrated.length).toBeGreaterThan(compared * 0.8);
});
