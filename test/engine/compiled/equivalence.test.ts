import { describe, expect, it } from 'vitest';

import { run } from './run-compiled.ts';

/** Every case runs in three modes that must not differ; the second column is the number of rounds. */
const cases: Record<string, [rounds: number, source: string]> = {
  'straight line': [3, `const a = await ask('a'); const b = await ask('b' + a); return a + b;`],
  'operands keep their order': [
    2,
    `const f = (...x) => x.join(); return f((log(1), 1), await ask('q'), (log(2), 2));`,
  ],
  'compound assignment reads first': [2, `let x = 1; x += await ask('q'); return x;`],
  'member assignment': [2, `const o = { n: 1 }; o[(log('k'), 'n')] += await ask('q'); return o;`],
  'method call on carried receiver': [2, `const list = [1]; list.push(await ask('q')); return list;`],
  'a regular expression at its beginning': [
    2,
    `const r = /[a-z]/i; const q = await ask('q'); return [r.test('A'), r.lastIndex, r.flags, q];`,
  ],
  'methods of objects are no constructors': [
    2,
    `const o = { m() { return 1; }, *g() {}, ['c' + 1](a, b) { return 2; } }; await ask('q'); let e; try { new o.m(); } catch (error) { e = error.name; } return [e, 'prototype' in o.m, o.m.name, o.g.name, 'prototype' in o.g, o.c1(), o.c1.length];`,
  ],
  template: [3, "return `${await ask('a')}-${(log(1), 1)}-${await ask('b')}`;"],
  'tagged template': [
    3,
    "const tag = (strings, ...values) => [strings.raw, values]; return tag`a${await ask('a')}b${(log(1), 1)}${await ask('b')}\\n`;",
  ],
  'short circuits': [3, `const a = (await ask('a')) && (await ask('b')); return a ?? 7;`],
  conditional: [2, `return (1 > 2) ? await ask('a') : [1, await ask('b')];`],
  'object literal': [2, `const z = 3; return { z, [(log('k'), 'k')]: 1, q: await ask('q'), ...{ y: 1 } };`],
  'for loop with closures per turn': [
    4,
    `const fs = []; for (let i = 0; i < 3; i++) { fs.push(() => i); await ask('q' + i); } return fs.map((f) => f());`,
  ],
  'for of sees appended elements': [
    4,
    `const xs = [1, 2]; const out = []; for (const x of xs) { if (x === 1) xs.push(9); out.push(x, await ask('q' + x)); } return out;`,
  ],
  'map iteration with deletion': [
    3,
    `const m = new Map([['a', 1], ['b', 2], ['c', 3]]); const out = []; for (const [k, v] of m) { if (k === 'a') { m.delete('a'); m.delete('b'); } out.push(k, v, await ask(k)); } return out;`,
  ],
  'for in': [
    3,
    `const o = { a: 1, b: 2 }; const out = []; for (const k in o) out.push(k, await ask(k)); return out;`,
  ],
  labels: [
    3,
    `outer: for (const a of [1, 2, 3]) { for (const b of [1, 2]) { if (b === 2) continue outer; if (a === 3) break outer; await ask('q' + a); } } return 'done';`,
  ],
  'switch falls through': [
    3,
    `const out = []; switch (await ask('which')) { case 1: out.push(1); default: out.push(await ask('d')); case 3: out.push(3); break; case 4: out.push(4); } return out;`,
  ],
  'finally runs once': [
    3,
    `try { log('try'); await ask('a'); return 1; } finally { log('finally'); await ask('b'); log('end'); }`,
  ],
  'return is overridden by finally': [
    2,
    `for (;;) { try { await ask('a'); return 1; } finally { break; } } return 2;`,
  ],
  'catch across a round': [
    3,
    `try { await ask('a'); throw new Error('x'); } catch (e) { await ask('b'); return e.message; }`,
  ],
  'break through two finally blocks': [
    2,
    `while (true) { try { try { await ask('a'); break; } finally { log('inner'); } } finally { log('outer'); } } return 'out';`,
  ],
  'shared mutable variable': [
    3,
    `let n = 0; const inc = () => { n += 1; return n; }; inc(); await ask('a'); inc(); n += 10; await ask('b'); return [inc(), n];`,
  ],
  'recursive closure': [2, `const f = (n) => (n === 0 ? 1 : n * f(n - 1)); await ask('a'); return f(4);`],
  'nested async function that asks': [
    3,
    `const confirm = async (q) => { const r = await ask(q); log('got', r); return r; }; return [await confirm('a'), await confirm('b')];`,
  ],
  'nested async function returned call': [2, `const confirm = async (q) => ask(q); return confirm('a');`],
  'Promise.all is one round': [2, `return await Promise.all([ask('a'), ask('b')]);`],
  'branches of different depth': [
    3,
    `return await Promise.all(['a', 'b'].map(async (q) => { const r = await ask(q); return q === 'a' ? r : [r, await ask(q + '2')]; }));`,
  ],
  'destructuring with defaults': [
    2,
    `const { a, b: [c = 5, ...d], ...rest } = { a: 1, b: [undefined, 2, 3], e: 4 }; await ask('q'); return [a, c, d, rest];`,
  ],
  'parenthesized comma under await and return': [
    2,
    `await ask('q'); log(await (log(1), 2)); return (log(3), 4);`,
  ],
  'a refused member of Promise.all': [
    2,
    `try { await Promise.all([ask('a'), ask('b')]); } catch (e) { log(e); }`,
  ],
  'native awaits in between': [
    2,
    `const x = await Promise.resolve(3); const y = await ask('q'); return x + (await 4) + y;`,
  ],
  shadowing: [2, `const x = 1; { const x = 2; await ask('q' + x); log(x); } return x;`],
  'hoisted function': [2, `log(f()); await ask('q'); return f(); function f() { return 5; }`],
  'a read before the declaration': [1, `try { log(x); } catch (e) { log(e); } let x = 1; return x;`],
  'a hoisted function reads before the declaration': [
    3,
    `const read = () => { try { return f(); } catch (e) { return e.message; } }; const a = [read(), await ask('a')]; let x = 5; a.push(read(), await ask('b'), read()); return a; function f() { return x; }`,
  ],
  'a write before the declaration evaluates the right side': [
    2,
    `const set = () => { x = (log('right'), 2); }; await ask('a'); try { set(); } catch (e) { log(e); } let x = 1; set(); return x;`,
  ],
  'the source of a loop does not see the names of the loop': [
    2,
    `let out = await ask('a'); try { for (const x of [x]) await ask(x); } catch (e) { out = e; } return out;`,
  ],
  'a clause that skips the declaration in another': [
    2,
    `try { switch (await ask('a')) { case 0: let x = 1; default: return x; } } catch (e) { return e.message; }`,
  ],
  'default values of parameters see those to their left': [
    2,
    `const f = async (a = b, b = 1) => [a, b, await ask('q')]; const r = [await f(3)]; try { await f(); } catch (e) { r.push(e.message); } return r;`,
  ],
  'hoisted functions see the parameters': [
    2,
    `const f = async (n) => { await ask('q'); return g(); function g() { return n; } }; return f(4);`,
  ],
  'called variables have no this': [
    2,
    `let f = function () { return this === undefined; }; const g = () => f(); const h = () => { f = f; }; h(); await ask('q'); return [f(), g(), ((k) => k())(f)];`,
  ],
  'a regular expression keeps its position': [
    3,
    `const word = /\\w/g; const out = []; let m; while ((m = word.exec('ab')) !== null) { const [text] = m; m = undefined; out.push(await ask(text)); } return out;`,
  ],
  'an assignment to a constant': [
    3,
    `const c = 1; const set = () => { c += 1; }; try { c = await ask('a'); } catch (e) { log(e); } try { [c] = [log('right')]; } catch (e) { log(e); } try { set(); } catch (e) { log(e); } for (const k of [1, 2]) { try { c ??= 3; k++; } catch (e) { log(e, await ask('k' + k)); break; } } return c;`,
  ],
  'an assignment to a constant before its declaration': [
    2,
    `const set = () => { try { c = (log('right'), 1); } catch (e) { log(e); } }; set(); await ask('a'); const c = 5; set(); return c;`,
  ],
  'this of an object method': [
    3,
    `const o = { n: 1, async add(q) { const more = async () => { this.n += await ask(q); return this; }; await more(); this.n *= 10; return this.n; } }; return [await o.add('a'), await o.add('b'), o.n];`,
  ],
  'this of a function expression': [
    2,
    `const f = async function (q) { return [await ask(q), this.x, arguments.length, (() => arguments[1])()]; }; return f.call({ x: 3 }, 'a', 'b');`,
  ],
  'arguments across a round': [
    3,
    `const f = async function () { const out = []; for (const a of arguments) out.push(await ask(a)); arguments[0] = 9; return [out, ...arguments, Array.isArray(arguments)]; }; return f('a', 'b');`,
  ],
  'a function expression that calls itself': [
    4,
    `return (async function f(n) { if (n === 0) return f.name; try { f = 1; } catch (e) { log(e); } return [await ask('q' + n), await f(n - 1)]; })(3);`,
  ],
  'a parameter hides the name of the function': [
    2,
    `return (async function f(f) { await ask('q'); return f; })(4);`,
  ],
  'names of functions': [
    2,
    `const a = () => 1, b = async () => 2, o = { c() {}, async d() {}, e: () => 1, ['f']: function () {}, 'g h': async () => 1 }; await ask('q'); return [a, b, o.c, o.d, o.e, o['g h']].map((f) => f.name);`,
  ],
  'a method does not see itself by its name': [
    2,
    `const o = { log(x) { log('from', x); return 1; } }; await ask('q'); return o.log(5);`,
  ],
  'statements without semicolons': [
    2,
    `let f = (x) => log('f', x)\n const g = () => {\n const a = 1\n f(a)\n }\n f = f\n g()\n if (await ask('q')) {\n const b = 2\n for (const x of [1]) {\n const c = x\n f(c)\n if (x)\n f(b)\n }\n }\n const h = () => { f = 1 }`,
  ],
  'new of a variable that is read early': [
    2,
    `const make = () => [new C(1).x, new ns.D(2).x]; class C { constructor(x) { this.x = x; } } let ns = { D: C }; ns = { ...ns }; log(make()); return ask('q');`,
  ],
  'a class used within a round': [
    2,
    `let made = 0; class Pair { #a; static count = 0; constructor(a, b) { this.#a = a; this.b = b; made++; Pair.count++; } get sum() { return this.#a + this.b; } with(b) { return new Pair(this.#a, b); } } const p = new Pair(1, 3); log(p.sum, p.with(2).sum, Pair.name, made); const n = p.sum; await ask('b'); made++; return [n, made];`
      .replace("await ask('a')", '3')
      .replace('[3,', '[2,'),
  ],
  'a class that extends another': [
    2,
    `const base = class { hello() { return 'base'; } }; const Derived = class extends base { hello() { return super.hello() + '!' + Derived.name; } static { log('made', this.name); } async later() { return [await 1, this.hello()]; } }; log(await new Derived().later()); return ask('q');`,
  ],
  generators: [
    3,
    `let n = 2; const count = function* (to) { for (let i = 0; i < to; i++) yield i * n; }; const a = [...count(3)]; await ask('a'); n = 3; async function* slow() { yield* count(2); yield await 7; } const b = []; await (async () => { const it = slow(); let s; while (!(s = await it.next()).done) b.push(s.value); })(); await ask('b'); return [a, b, ...count(2)];`,
  ],
  'views of maps, sets and arrays': [
    6,
    `const m = new Map([['a', 1], ['b', 2]]); const out = []; for (const v of m.values()) out.push(v, await ask('v' + v)); for (const [k] of m.entries()) { out.push(k); if (k === 'a') await ask(k); } for (const [i, x] of [5, 6].entries()) out.push(i, await ask('x' + x)); for (const s of new Set([7]).keys()) log(s); return out;`,
  ],
  'an iterator between asks is closed as natively': [
    3,
    `function* source(n) { try { for (let i = 0; i < n; i++) yield i; } finally { log('closed', n); } } const visit = async () => { outer: for (const a of [0, 1, 2]) { for (const b of source(3 + a)) { try { await null; if (a === 0 && b === 1) break; if (a === 1) continue outer; if (a === 2 && b === 1) return 'returned'; } finally { log('turn', a, b); } } } }; await ask('a'); const r = await visit(); try { for (const c of source(9)) { await 1; throw new Error('x' + c); } } catch (e) { log(e); } for (const d of source(2)) await d; try { for (const [e] of source(5)) await e; } catch (e) { log(e.name); } await ask('b'); return r;`,
  ],
  'for await between asks': [
    3,
    `async function* source(n) { try { for (let i = 0; i < n; i++) yield i; } finally { await null; log('closed', n); } } await ask('a'); const out = []; for await (const x of source(3)) { if (x === 1) continue; out.push(x); } for await (const x of [Promise.resolve(7), 8]) out.push(await x); for await (const x of source(4)) { out.push(x); if (x === 1) break; } try { for await (const x of source(5)) { await null; throw new Error('t'); } } catch (e) { log(e); } out.push(await (async () => { for await (const x of source(6)) return x; })()); await ask('b'); return out;`,
  ],
  'awaits in optional chains': [
    6,
    `const o = { n: 2, add(x) { return { sum: this.n + x, k: 'sum' }; }, list: [5, 6] }; const none = undefined; return [o?.add(await ask('a')).sum, o.add?.(await ask('b'))?.['sum'], none?.add(await ask('never')).sum, o.nothing?.[await ask('never')].x(log('never')), o?.list[(await ask('c')) - 3], o.list?.[(log('name'), 'at')](await ask('d')), o?.add(await ask('e'))[(log('key'), 'k')]];`,
  ],
  'cyclic data': [2, `const o = { n: 1 }; o.self = o; await ask('q'); return o.self.self === o;`],
  'error identity': [
    2,
    `const e = new TypeError('bad'); await ask('q'); return e instanceof TypeError && e.message;`,
  ],
};

describe.each(Object.entries(cases))('%s', (_name, [rounds, body]) => {
  const source = `const handler = resumable(async (ask) => { ${body} });`;
  const answer = (_question: string, index: number): unknown => index + 1;

  it.each(['one-process', 'fresh-load', 'reformatted'] as const)(
    'gives the same in mode %s',
    async (mode) => {
      const expected = await run(source, 'native', answer);
      const actual = await run(source, mode, answer);
      expect({ log: actual.log, result: actual.result }).toEqual({
        log: expected.log,
        result: expected.result,
      });
      expect(actual.rounds).toBe(mode === 'one-process' ? 1 : rounds);
    },
  );
});

it('continues in helpers that other units call, and throws what the client threw at the same place', async () => {
  const source = `
    const helper = resumable(async (ask, n) => { if (n === 0) return 0; try { return (await ask('q' + n)) + (await helper(ask, n - 1)); } catch (e) { return -100; } finally { log('left', n); } });
    const handler = resumable(async (ask) => { const x = await helper(ask, 3); return x; });`;
  const answer = (question: string, index: number): unknown => {
    if (question === 'q1') throw new RangeError('refused');
    return index;
  };
  const expected = await run(source, 'native', answer);
  for (const mode of ['one-process', 'fresh-load'] as const) {
    const { log, result } = await run(source, mode, answer);
    expect({ log, result }).toEqual({ log: expected.log, result: expected.result });
  }
});

it('refuses what cannot be carried, naming the variable', async () => {
  const source = `class Connection {} const handler = resumable(async (ask) => { const db = new Connection(); await ask('q'); return db; });`;
  expect((await run(source, 'fresh-load', () => 1)).result).toContain('`db` of case.js#handler');
});

it.each([
  ['an accessor', `const o = { get x() { log('ran'); return 1; } };`, 'its property x is an accessor'],
  [
    'an accessor of an element',
    `const o = [1]; Object.defineProperty(o, 0, { get() { log('ran'); } });`,
    'accessor',
  ],
  [
    'an accessor of an error',
    `const o = new Error('e'); Object.defineProperty(o, 'x', { get() { log('ran'); } });`,
    'accessor',
  ],
  ['a hidden property', `const o = Object.defineProperty({}, 'x', { value: 1 });`, 'not enumerable'],
  ['a property of an array', `const o = /a/.exec('a');`, 'index would be lost'],
  ['a property of a map', `const o = Object.assign(new Map(), { x: 1 });`, 'x would be lost'],
  ['a promise', `const o = Promise.resolve(1);`, 'cannot be carried'],
  ['a member of a function', `const o = () => 1; o.memo = new Map();`, 'memo would be lost'],
  ['a method of a constructor', `const o = function () {}; o.prototype.f = () => 1;`, 'prototype'],
  ['another prototype', `const o = function () {}; o.prototype = {};`, 'prototype'],
])('refuses %s without running it', async (_what, declaration, message) => {
  const ran: string[] = [];
  const source = `const handler = resumable(async (ask) => { ${declaration.replace("log('ran')", "ask('ran')")} await ask('q'); return o; });`;
  const { result } = await run(source, 'fresh-load', (question) => ran.push(question));
  expect(result).toContain('refused');
  expect(result).toContain(message);
  expect(ran).toEqual([]);
});

const helperOf = (n: number): string => `resumable(async (ask) => ${n} + (await ask('q')))`;

it.each([
  ['at once', `let helper; helper = ${helperOf(1)};`],
  ['by one of two branches', `let helper; if (1 < 2) { helper = ${helperOf(1)}; } else { helper = null; }`],
  ['after a first value', `let helper = ${helperOf(5)}; try { helper = ${helperOf(1)}; } catch {}`],
])('finds a helper again by the name of a variable that is assigned before (%s)', async (_what, before) => {
  const source = `${before} const handler = resumable(async (ask) => await helper(ask));`;
  expect((await run(source, 'fresh-load', () => 1)).result).toBe('value [2]');
});

it('finds a helper again by the variable of the call that made the handler', async () => {
  const source = `const made = [1, 2].map((n) => { let helper; if (n === 1) helper = resumable(async (ask) => 10 + (await ask('a'))); else helper = resumable(async (ask) => 20 + (await ask('b'))); return resumable(async (ask) => await helper(ask)); }); const handler = made[1];`;
  expect((await run(source, 'fresh-load', () => 1)).result).toBe('value [21]');
});

const swapIn = (after: string): string =>
  `${after} const handler = resumable(async (ask) => await helper(ask));`;

it.each([
  ['elsewhere', swapIn(`let helper = ${helperOf(1)}; const swap = () => { helper = undefined; };`)],
  ['in a loop', swapIn(`let helper; for (const n of [1]) { helper = ${helperOf(1)}; }`)],
  [
    'by the steps of a loop',
    `let handler; for (let helper = ${helperOf(1)}, n = 0; n < 1; helper = null, n += 1) handler ??= resumable(async (ask) => await helper(ask));`,
  ],
  [
    'afterwards',
    `let helper = ${helperOf(1)}; const handler = resumable(async (ask) => await helper(ask)); helper = ${helperOf(2)};`,
  ],
  [
    'in the turns of a loop that share it',
    `let handler; for (const n of [1, 2]) { var helper; helper = ${helperOf(1)}; handler ??= resumable(async (ask) => await helper(ask)); }`,
  ],
  ['in a field', swapIn(`let helper; class C { made = (helper = ${helperOf(1)}); } new C();`)],
  ['in a pattern', swapIn(`let helper = ${helperOf(1)}; [helper] = [helper];`)],
  [
    'after a function is made that is called before',
    `make(); let helper; helper = ${helperOf(1)}; function make() { return resumable(async (ask) => await helper(ask)); } const handler = make();`,
  ],
  [
    'where another has its name',
    swapIn(`let helper; helper = ${helperOf(1)}; const other = (helper) => helper;`),
  ],
])('refuses to find a helper again by the name of a variable that changes (%s)', async (_what, source) => {
  await expect(run(source, 'fresh-load', () => 1)).rejects.toThrow('holds only for a time');
});

it('does not find a helper again by the name of a variable that may change elsewhere', async () => {
  const source = `const make = (n) => resumable(async (ask) => n + (await ask('q'))); let helper = make(1); const handler = resumable(async (ask) => await helper(ask)); helper = make(2);`;
  expect((await run(source, 'fresh-load', () => 1)).result).toContain('not reachable by name');
});

it.each([
  ['for', 'for (const x of source())'],
  ['for await', 'for await (const x of source())'],
])('refuses an ask in a %s loop over an iterator that is no data', async (_what, head) => {
  const source = `function* source() { yield 1; yield 2; } const handler = resumable(async (ask) => { await ask('a'); ${head} await ask(x); });`;
  const { result } = await run(source, 'fresh-load', () => 1);
  expect(result).toContain('refused A loop that asks can iterate arrays');
});

it('refuses an ask awaited by code that is not compiled', async () => {
  const source = `const span = (f) => Promise.resolve().then(f); const handler = resumable(async (ask) => { return await span(() => ask('q')); });`;
  expect((await run(source, 'fresh-load', () => 1)).result).toContain('refused');
});
