import { expect, test } from 'vitest';

import { newErrors } from '../../scripts/corpus/type-check.ts';

const ORDERED = (union: string): string =>
  `a.ts: error TS2322: Type '{ outcome: string; }' is not assignable to type '{ outcome: ${union}; }'.`;

test('an error is new when the first check has fewer of its file and code', () => {
  const [here, there] = ['a.ts', 'b.ts'].map((file) => `${file}: error TS2339: Property 'x' does not exist.`);
  expect(newErrors([here as string], [here as string, here as string, there as string])).toEqual([
    here,
    there,
  ]);
});

test('the order in which the compiler prints a union makes no new error', () => {
  expect(newErrors([ORDERED('"a" | "b"')], [ORDERED('"b" | "a"')])).toEqual([]);
});
