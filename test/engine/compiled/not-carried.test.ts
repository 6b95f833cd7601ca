import { describe, expect, it } from 'vitest';

import { run } from './run-compiled.ts';

/** What is in front of each handler, none of it compiled. */
const WORLD = `function* numbers() { yield 1; yield 2; } async function* later() { yield 1; }
  class Service { close() {} }
  const gate = () => new Promise(() => {});
  const span = (work) => work();
  const spanAsync = async (work) => { return await work(); };
  const spanLate = async (work) => { await null; await null; return await work(); };
  const limit = async (promise) => await promise;`;

const handler = (body: string): string => `${WORLD} const handler = resumable(async (ask) => { ${body} });`;

const NEEDED = (what: string): string =>
  `\`it\` of case.js#handler is needed after the ask \`answer\` but cannot be carried: ${what}`;
const AWAITED = 'The ask `answer` (ask) is awaited by code that is not compiled';
const LOOP = 'A loop that asks can iterate arrays';

/** What happens, how it is written, and the beginning of what is said about it. */
describe('what cannot be carried is refused by name', () => {
  it.each([
    [
      'an open iterator',
      `const it = [1, 2].values(); it.next(); await ask('q'); return it.next();`,
      NEEDED('an open Array Iterator; copy what is left'),
    ],
    [
      'an open iterator of a map',
      `const it = new Map([[1, 2]]).entries(); await ask('q'); return it.next();`,
      NEEDED('an open Map Iterator; copy'),
    ],
    [
      'a generator',
      `const it = numbers(); await ask('q'); return it.next();`,
      NEEDED('an open Generator; copy'),
    ],
    [
      'an asynchronous generator',
      `const it = later(); await ask('q'); return it.next();`,
      NEEDED('an open AsyncGenerator; copy'),
    ],
    ['a loop over a generator', `for (const x of numbers()) await ask(x);`, LOOP],
    ['for await', `for await (const x of later()) await ask(x);`, LOOP],
    [
      'a property that is read-only where the others are not',
      `const it = Object.defineProperty({ a: 1 }, 'b', { value: 2, enumerable: true }); await ask('q'); return it;`,
      NEEDED('its property b is read-only'),
    ],
    [
      'a promise in flight',
      `const it = gate(); await ask('q'); return it;`,
      NEEDED('a promise; await it before the ask'),
    ],
    [
      'the handle of a timer that others know',
      `const it = [setTimeout(() => {}, 1)]; await ask('q'); return it;`,
      NEEDED(
        'an instance of Timeout; make it again after the ask (`rematerialize`), give it up (`transient`)',
      ),
    ],
    [
      'an instance of a class',
      `const it = new Service(); await ask('q'); return it;`,
      NEEDED('an instance of Service; make it again'),
    ],
    [
      'a class',
      `const it = class A {}; await ask('q'); return it;`,
      NEEDED('the class A; make it where the server is created'),
    ],
    [
      'a function that is not compiled',
      `const it = log.bind(null); await ask('q'); return it;`,
      NEEDED('the function bound'),
    ],
    [
      'a WeakMap',
      `const it = new WeakMap(); await ask('q'); return it;`,
      NEEDED('an instance of WeakMap; make it again'),
    ],
    [
      'a WeakRef',
      `const it = new WeakRef({}); await ask('q'); return it;`,
      NEEDED('an instance of WeakRef; make it again'),
    ],
    [
      'a symbol',
      `const it = Symbol('s'); await ask('q'); return it;`,
      NEEDED('a symbol; keep it where the server is created'),
    ],
    ['a race of asks', `return await Promise.race([ask('a'), ask('b')]);`, 'Promise.race between two asks'],
    [
      'a race with a promise',
      `return await Promise.race([ask('a'), gate()]);`,
      'Promise.race between an ask and a promise that is no timer',
    ],
    ['Promise.any', `return await Promise.any([ask('a'), ask('b')]);`, AWAITED],
    ['a then', `return await ask('a').then((x) => x);`, AWAITED],
    [
      'a callback of the language',
      `return await [1, 2].reduce(async (sum, x) => (await sum) + (await ask(x)), 0);`,
      `${AWAITED}, in a callback of \`reduce\`: await it directly in a resumable function, in a loop`,
    ],
    [
      'a wrapper that hands on its callback',
      `return await span(async () => await ask('a'));`,
      `${AWAITED}, \`span\`: await it directly in a resumable function, or write \`span\``,
    ],
    [
      'a wrapper that awaits its callback',
      `return await spanAsync(async () => await ask('a'));`,
      `${AWAITED}, \`spanAsync\``,
    ],
    ['a wrapper that calls back later', `return await spanLate(() => ask('a'));`, `${AWAITED}, \`spanLate\``],
    ['a wrapper of a promise', `return await limit(ask('a'));`, `${AWAITED}, \`limit\``],
  ])('%s', async (_what, body, message) => {
    const { result } = await run(handler(body), 'fresh-load', () => 1);
    expect(result).toContain('refused');
    expect(result).toContain(message);
    expect(result).toMatch(/\(MRTR700[125]\)/);
  });
});

it.each(['using', 'await using'])('%s is refused by the compiler', async (keyword) => {
  const source = handler(`${keyword} it = { [Symbol.dispose]() {} }; await ask('q');`);
  await expect(run(source, 'fresh-load', () => 1)).rejects.toThrow(
    "`using it` is still open at `await ask('q')`, which may ask",
  );
});

describe('what nobody waits for gives what it gives without the compiler', () => {
  it.each([
    ['forEach', `const out = []; [1, 2].forEach(async (x) => { out.push(await ask(x)); }); return out;`],
    ['sort', `return [2, 1].sort(async (a, b) => (await ask(a)) - b);`],
    ['replace', `return 'ab'.replace(/a/, async (x) => await ask(x));`],
    ['filter', `return [1, 2].filter(async (x) => await ask(x));`],
    ['find', `return [1, 2].find(async (x) => await ask(x));`],
  ])('an ask in a callback of %s', async (_what, body) => {
    const native = await run(handler(body), 'native', () => 1);
    expect((await run(handler(body), 'fresh-load', () => 1)).result).toBe(native.result);
  });
});

it('a function that only calls what it is given is no wrapper', async () => {
  const body = `const confirm = async (q, f) => f(await ask(q)); const same = (x) => x; return [await confirm.call(null, 'a', same), await confirm.apply(null, ['b', same]), await Reflect.apply(confirm, null, ['c', same]), await confirm.bind(null, 'd')(same)];`;
  const answer = (question: string): unknown => `to ${question}`;
  const { result } = await run(handler(body), 'fresh-load', answer);
  expect(result).toBe((await run(handler(body), 'native', answer)).result);
});
