import { expect, it } from 'vitest';

import { compareRewrite } from './readable/compare-rewrite.ts';

it.each([1, 2])('rewritten handlers behave as the original ones (seed %i)', async (seed) => {
  const { difference, typeErrors, migrated } = await compareRewrite(seed, 60);
  expect(difference).toBeUndefined();
  expect(typeErrors).toEqual([]);
  // A generator that the rewrite refuses would prove nothing.
  expect(migrated).toBeGreaterThan(45);
});
