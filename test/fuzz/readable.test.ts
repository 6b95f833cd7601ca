import { expect, it } from 'vitest';

import { RewriteComparer } from './readable/compare-rewrite.ts';

it('rewritten handlers behave as the original ones', async () => {
  const { differences, typeErrors, migrated, compared } = await new RewriteComparer().compare(1, 100);
  expect(differences).toEqual([]);
  expect(typeErrors).toEqual([]);
  // A generator that the rewrite refuses would prove nothing.
  expect(migrated.length).toBeGreaterThan(compared * 0.8);
});
