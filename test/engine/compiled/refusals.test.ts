import { expect, it } from 'vitest';

import { compile } from '../../../engine/compiled/compile.ts';

const HEADER = `import { resumable } from 'mrtr/runtime';\n`;

it.each([
  [`eval('1'); await ask();`, 'MRTR1501', 'direct `eval`'],
  [`const f = () => eval('1'); await ask();`, 'MRTR1501', 'direct `eval`'],
  [`enum E { A } await ask();`, 'MRTR1501', '`enum`'],
  [`const o = { m() { return super.m(); } }; await ask();`, 'MRTR1501', '`super` in a method of an object'],
  [`class C { [await ask()]() {} }`, 'MRTR1501', 'head of a class'],
  [`return class extends (await ask()) {};`, 'MRTR1501', 'head of a class'],
  [`using lock = open(); await ask('q');`, 'MRTR1507', "`using lock` is still open at `await ask('q')`"],
  [
    `{ await using a = x, b = y; for (;;) { await ask(a); } }`,
    'MRTR1507',
    '`using a, b` is still open at `await ask(a)`',
  ],
  [`for (using lock of locks) { await ask('q'); }`, 'MRTR1507', 'still open'],
  [`using lock = await open(); return 1;`, 'MRTR1501', '`using` in a block'],
])('says why %s is not compiled', (body, code, text) => {
  const source = `${HEADER}const handler = resumable(async (ask) => { ${body} });`;
  const result = compile(source, { filename: 'case.ts' });
  expect(result.code).toBe(source);
  expect(result.diagnostics).toMatchObject([{ code, title: expect.stringContaining(text) as unknown }]);
});

it.each([
  `{ using lock = open(); lock.read(); } await ask();`,
  `if (x) { await using lock = open(); lock.read(); } await ask();`,
  `const f = () => { using lock = open(); return lock.read(); }; await ask();`,
  `for (using lock of locks) lock.read(); await ask();`,
])('leaves a resource alone that is closed before the next await: %s', (body) => {
  const { code, diagnostics } = compile(`${HEADER}const handler = resumable(async (ask) => { ${body} });`, {
    filename: 'case.ts',
  });
  expect(diagnostics).toEqual([]);
  expect(code).toMatch(/using lock (?:=|of)/);
});
