import { deserialize, rematerialize, serialize, transient } from 'mrtr/runtime';
import type { Rematerialized, Transient, ValueClasses } from 'mrtr/runtime';
import { expect, expectTypeOf, test } from 'vitest';

import { answerTo, call, load, SURE, textOf } from './one-tool.ts';

/** What can be done about a value that is not data, seen from the client. */
const IMPORT = `import { deserialize, rematerialize, serialize, transient } from 'mrtr/runtime';`;
const ask = `await ctx.mcpReq.elicitInput(${SURE})`;

/** The text that the handler answers with after as many questions as it asks. */
async function run(body: string, helpers = '', protect: boolean | string = true): Promise<unknown> {
  const module = await load(body, `${IMPORT}\n${helpers}`, protect);
  let answer = await call(module);
  while (answer.result?.['inputRequests'] !== undefined) answer = await answerTo(module, answer);
  return textOf(answer) ?? answer.error?.message;
}

const WORLD = `const made = []; const open = (name) => { made.push(name); return { name, socket: () => name }; };`;

test('a value is made again in each round that reads it, once and from what was captured', async () => {
  const body = `let name = 'a'; const db = rematerialize(() => open(name));
    const before = db.value === db.value;
    ${ask}; name = 'b';
    ${ask}; const last = db.value.socket() + db.value.socket();
    return text([before, last, made.join('')]);`;
  expect(await run(body, WORLD)).toBe('true,bb,ab');
});

test('nothing is made that nobody reads', async () => {
  const body = `const db = rematerialize(() => open('a')); ${ask}; return text(made.length + typeof db);`;
  expect(await run(body, WORLD)).toBe('0object');
});

test('a value that takes time to make', async () => {
  const body = `const db = rematerialize(async () => { await null; return open(args.item); });
    const first = (await db.value).name; ${ask}; return text([first, (await db.value).name, made.join()]);`;
  expect(await run(body, WORLD)).toBe('none,none,none,none');
});

test('what fails to be made fails where it is read', async () => {
  const body = `const db = rematerialize(() => { throw new Error('down'); });
    ${ask}; try { return text(db.value); } catch (error) { return text(error.message); }`;
  expect(await run(body)).toBe('down');
});

test('making a value must not ask', async () => {
  const body = `const db = rematerialize(async () => ${ask}); const answer = await db.value; return text(answer.action + typeof db);`;
  expect(await run(body)).toMatch(/rematerialize.*must not ask/);
});

test('a transient value is there until the answer comes, and may be set again', async () => {
  const body = `const cache = transient(new WeakMap()); const had = cache.value !== undefined;
    ${ask}; const lost = cache.value === undefined; cache.value = new WeakMap();
    return text([had, lost, cache.value !== undefined]);`;
  expect(await run(body)).toBe('true,true,true');
});

const MONEY = `class Money {
    constructor(amount) { this.amount = amount; }
    get shown() { return this.amount + ' EUR'; }
    static [serialize](money) { return money.amount; }
    static [deserialize](amount) { return new Money(amount); }
  }`;

test('a class says itself how its instances travel', async () => {
  const codec = `const own = createRequestState({ key: 'a key that has thirty-two bytes or more', classes: { Money } });`;
  const body = `const price = new Money(3); ${ask}; return text(price.shown);`;
  expect(await run(body, `${MONEY}\n${codec}`, 'own')).toBe('3 EUR');
});

test('and has to be registered', async () => {
  const body = `const price = new Money(3); ${ask}; return text(price.shown);`;
  expect(await run(body, MONEY)).toMatch(
    /`price` of .*an instance of Money.*`classes` of createRequestState/,
  );
});

test('types', () => {
  expectTypeOf(rematerialize(() => 1)).toEqualTypeOf<Rematerialized<number>>();
  expectTypeOf(rematerialize(async () => 'a').value).toEqualTypeOf<Promise<string>>();
  expectTypeOf(transient(1)).toEqualTypeOf<Transient<number>>();
  expectTypeOf(transient<string>().value).toEqualTypeOf<string | undefined>();
  class Named {
    readonly name = 'n';
    static [serialize](named: Named): string {
      return named.name;
    }
    static [deserialize](_data: string): Named {
      return new Named();
    }
  }
  expectTypeOf({ Named }).toExtend<ValueClasses>();
});
