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

const PACKAGES = `import pRetry from 'p-retry'; import * as otel from '@opentelemetry/api'; import { AsyncLocalStorage } from 'node:async_hooks';
import { retry } from './retry.js'; import { span } from '#lib/span'; import { server } from '@modelcontextprotocol/server';
const tracer = otel.trace.getTracer('app'); const storage = new AsyncLocalStorage(); const pLimit = require('p-limit');
const confirm = resumable(async (ctx) => await ctx.mcpReq.elicitInput({}));
`;

it.each([
  [
    `await pRetry(async () => await ctx.mcpReq.elicitInput({}))`,
    'pRetry',
    'p-retry',
    'ctx.mcpReq.elicitInput',
  ],
  [`return pRetry(confirm, { retries: 2 })`, 'pRetry', 'p-retry', 'confirm'],
  [
    `const a = tracer.startActiveSpan('x', async () => { await confirm(ctx); }); await a;`,
    'tracer.startActiveSpan',
    '@opentelemetry/api',
    'confirm',
  ],
  [`return storage.run(1, () => confirm(ctx))`, 'storage.run', 'node:async_hooks', 'confirm'],
  [`const limit = pLimit(2); await limit(async () => confirm(ctx))`, 'limit', 'p-limit', 'confirm'],
])('warns of a wrapper of a package: %s', (body, wrapper, module, ask) => {
  const source = `${HEADER}${PACKAGES}const handler = resumable(async (ctx) => { ${body} });`;
  const { manifest, diagnostics, notes } = compile(source, { filename: 'case.js' });
  expect(diagnostics).toEqual([]);
  expect(manifest).toHaveLength(2);
  const title = `\`${ask}\` runs in a callback of \`${wrapper}\` from \`${module}\`, which is not compiled`;
  expect(notes).toMatchObject([{ code: 'MRTR1508', severity: 'warning', title }]);
});

it.each([
  `await retry(() => confirm(ctx))`,
  `await span('x', () => confirm(ctx))`,
  `server.registerTool('x', {}, async (ctx) => await ctx.mcpReq.elicitInput({}))`,
  `const tool = server.registerTool('x', {}, async (ctx) => await ctx.mcpReq.elicitInput({}))`,
  `await pRetry(() => fetch('https://example.com'))`,
  `const rows = await otel.list(); await Promise.all(rows.map(async (row) => await confirm(ctx, row)))`,
  `for (const pRetry of [async (f) => f()]) await pRetry(() => confirm(ctx))`,
  `const run = async (pRetry) => await pRetry(() => confirm(ctx)); await run(async (f) => await f())`,
])('has no warning for %s', (body) => {
  const source = `${HEADER}${PACKAGES}const handler = resumable(async (ctx) => { ${body} });`;
  expect(compile(source, { filename: 'case.js' })).toMatchObject({ diagnostics: [], notes: [] });
});
