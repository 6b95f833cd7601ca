import { expect, it } from 'vitest';

import { seeded } from './choices.ts';
import { generateHandler } from './generate-handler.ts';
import { shrinkProgram } from './shrink-program.ts';

const asksInFinally = (source: string): boolean => /finally \{[^}]*await ask\(/.test(source);

it('leaves little more than what makes the program fail', async () => {
  const seed = Array.from({ length: 500 }, (_, index) => index).find((seed) =>
    asksInFinally(generateHandler(seeded(seed))),
  );
  const source = generateHandler(seeded(seed ?? -1));
  const small = await shrinkProgram(source, (candidate) => Promise.resolve(asksInFinally(candidate)));
  expect(source.length).toBeGreaterThan(400);
  expect(asksInFinally(small)).toBe(true);
  expect(small.length).toBeLessThan(150);
});

it('does not take the bound from a loop it keeps', async () => {
  const source = `let budget = 3; while (budget-- > 0 && 1) { log(1); }`;
  const small = await shrinkProgram(source, (candidate) => Promise.resolve(candidate.includes('while')));
  expect(small).toMatch(/while \((?:budget-- > 0|0)\)/);
});
