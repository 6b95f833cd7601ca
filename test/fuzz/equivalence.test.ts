import { expect, it } from 'vitest';

import { compareModes } from './compare-modes.ts';

it('finds no difference between native and compiled in 60 random handlers', async () => {
  for (let seed = 1; seed <= 60; seed++) expect(await compareModes(seed)).toBeUndefined();
});
