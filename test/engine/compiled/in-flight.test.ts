import { describe, expect, it } from 'vitest';

import { unitOf } from '../../../runtime/resumable/link-units.ts';
import { runRound } from '../../../runtime/resumable/run-round.ts';
import type { Unit } from '../../../runtime/resumable/unit.ts';
import { markResumable } from './mark-resumable.ts';
import { run } from './run-compiled.ts';
import { Subject } from './subject.ts';
import type { Program } from './subject.ts';

const handler = (body: string): string =>
  `const later = async (v) => { for (let turn = 0; turn < 50; turn++) await null; return v; };
  const fill = (list) => later(5).then((v) => list.push(v));
  const handler = resumable(async (ask) => { ${body} });`;

describe('a promise that nobody awaits is waited for before the round ends', () => {
  it.each([
    [
      'its callback changes a variable',
      `let x = 0; void later(5).then((v) => (x = v)); await ask('q'); return x;`,
    ],
    [
      'its callback changes an object',
      `const list = []; later(5).then((v) => list.push(v)); await ask('q'); return list;`,
    ],
    [
      'it is kept in a variable that is not needed any more',
      `const list = []; const filled = later(5).then((v) => list.push(v)); await ask('q'); return list;`,
    ],
    [
      'code that is not compiled holds what is carried',
      `const list = []; if (await ask('p')) fill(list); await ask('q'); return list;`,
    ],
    [
      'its callback starts a function that asks',
      `let x = 0; const more = async () => { x = await ask('more'); }; void later(5).then(() => { void more(); }); await ask('q'); await ask('r'); return x;`,
    ],
  ])('%s', async (_what, body) => {
    const answer = (_question: string, index: number): unknown => index + 1;
    const { result } = await run(handler(body), 'fresh-load', answer);
    expect(result).toBe((await run(handler(body), 'native', answer)).result);
  });
});

const never = `new Promise(() => {})`;

it('refuses at once to wait for a promise that the handler needs after the ask', async () => {
  const source = handler(`const gate = ${never}; await ask('q'); return gate;`);
  expect((await run(source, 'fresh-load', () => 1)).result).toContain('`gate` of case.js#handler');
});

it('gives up on a promise that does not settle', async () => {
  const source = handler(`const forever = () => ${never}; void forever(); return await ask('q');`);
  const { result } = await run(source, 'fresh-load', () => 1);
  expect(result).toContain('promise of `forever` is not awaited');
});

it('does not wait for anything when nothing is asked', async () => {
  const source = handler(`const forever = () => ${never}; void forever(); return 1;`);
  expect((await run(source, 'fresh-load', () => 1)).result).toBe('value [1]');
});

/** The functions that a handler gives to `log` before its first round ends, to be called after it. */
async function listenersAfterRound(body: string): Promise<(() => unknown)[]> {
  const listeners: (() => unknown)[] = [];
  const program = new Subject(`const handler = resumable(async (ask) => { ${body} });`).compiled;
  const marked = (program.runInThisContext() as Program)(
    markResumable,
    (listener) => void listeners.push(listener as () => unknown),
  );
  const end = await runRound({
    unit: Reflect.get(marked as object, unitOf) as Unit,
    transport: { push: () => undefined },
    argumentsFor: (flow) => ({ self: undefined, args: [() => flow.ask({ method: 'ask', params: 'q' })] }),
    anchorsOf: ([ask]) => [new Map([[ask, 'ask']])],
  });
  expect(end.kind).toBe('waiting');
  return listeners;
}

describe('what runs after the round has ended', () => {
  it.each([
    [
      'a variable that changes',
      `let x = 0; log(() => (x = 1)); await ask(); return x;`,
      '`x` of case.js#handler',
    ],
    [
      'an object',
      `const list = []; log(() => list.push(1)); await ask(); return list;`,
      '`list` of case.js#handler',
    ],
    ['an ask', `log(() => ask()); await ask(); await ask();`, 'ask is asked for'],
    [
      'a function that asks',
      `const f = async () => ask(); log(f); await ask();`,
      'case.js#handler is called',
    ],
  ])('cannot use %s that the state carries', async (_what, body, message) => {
    const [listener] = await listenersAfterRound(body);
    expect(() => listener?.()).toThrow(message);
  });

  it('may use everything else', async () => {
    const [listener] = await listenersAfterRound(
      `const list = [1]; const n = 2; log(() => [...list, n]); await ask(); return n;`,
    );
    expect(listener?.()).toEqual([1, 2]);
  });
});
