import { readFileSync, readdirSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { answersOf } from '../../fuzz/compare-modes.ts';
import { run } from './run-compiled.ts';
import { Subject } from './subject.ts';

/** Programs that once behaved differently when compiled; `npm run fuzz` adds what it finds. */
const folder = new URL('fixtures/', import.meta.url);

describe.each(readdirSync(folder))('%s', (name) => {
  const source = readFileSync(new URL(name, folder), 'utf8');
  const subject = new Subject(source, name.endsWith('.ts') ? 'ts' : 'js');
  const answer = answersOf(Number(/client of seed (\d+)/.exec(source)?.[1] ?? 0));

  it.each(['one-process', 'fresh-load', 'reformatted'] as const)(
    'gives the same in mode %s',
    async (mode) => {
      const expected = await run(subject, 'native', answer);
      const actual = await run(subject, mode, answer);
      expect([...actual.log, actual.result]).toEqual([...expected.log, expected.result]);
    },
  );
});
