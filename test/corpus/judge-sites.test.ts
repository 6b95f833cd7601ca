import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { judgeSites, type ListedSite } from '../../scripts/corpus/judge-sites.ts';

function tree(text: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'mrtr-corpus-'));
  writeFileSync(join(directory, 'server.ts'), text);
  return directory;
}

const ask: ListedSite = { path: 'server.ts', line: 2, level: 'primitive', form: 'server.elicitInput' };
const BEFORE = 'async (ctx) => {\n  const a = await server.elicitInput(params);\n  use(a);\n}';

function outcomes(
  sites: readonly ListedSite[],
  before: string,
  after: string,
  reported: string[] = [],
  named: string[] = [],
  refused: string[] = [],
): string[] {
  return judgeSites(sites, tree(before), tree(after), {
    files: new Set(reported),
    names: new Set(named),
    refused,
  }).map(({ outcome }) => outcome);
}

test('an ask whose call is gone is migrated, one within resumable(…) is compiled', () => {
  const request = 'return requestState.ask(ctx, { a: inputRequired.elicit(params) });';
  expect(
    outcomes([ask], BEFORE, `async (ctx) => {\n  const a = elicitResult(ctx, "a");\n  ${request}\n}`),
  ).toEqual(['migrated']);
  expect(outcomes([ask], BEFORE, `resumable(${BEFORE})`)).toEqual(['compiled']);
});

test('an ask in a method that a static block marks is compiled, one in another method is not', () => {
  const holder = (marked: string): string =>
    `class A {\n  async ask() { return server.elicitInput(params); }\n  async other() {}\n${marked}}`;
  const mark = (name: string): string => `  static { resumable(this, '${name}'); }\n`;
  expect(outcomes([ask], holder(''), holder(mark('ask')))).toEqual(['compiled']);
  expect(outcomes([ask], holder(''), holder(mark('other')))).toEqual(['unexplained']);
});

test('an ask that stays is explained only by a diagnostic in its file', () => {
  expect(outcomes([ask], BEFORE, BEFORE)).toEqual(['unexplained']);
  expect(outcomes([ask], BEFORE, BEFORE, ['server.ts'])).toEqual(['explained']);
});

test('asks sent by method count, other requests of the same name do not', () => {
  const site = { ...ask, form: 'extra.sendRequest(elicitation/create)' };
  const send = 'x;\nawait extra.sendRequest({ method: "elicitation/create" });';
  expect(outcomes([site], send, 'await ctx.mcpReq.send({ method: "elicitation/create" });')).toEqual([
    'unexplained',
  ]);
  expect(outcomes([site], send, 'await http.send({ method: "GET" });')).toEqual(['migrated']);
});

test('a request that a variable holds', () => {
  const site = { ...ask, form: 'server.request(elicitation/create) via variable' };
  const send = 'x;\nawait server.request(request, schema);';
  expect(outcomes([site], send, send)).toEqual(['unexplained']);
  expect(outcomes([site], send, `resumable(async () => {${send}})`)).toEqual(['compiled']);
});

test('a rewritten helper is told by the round it is handed', () => {
  const call: ListedSite = { path: 'server.ts', line: 1, level: 'derived', form: 'helper confirm()' };
  const before = 'const ok = await confirm(ctx, message);';
  expect(outcomes([call], before, before)).toEqual(['unexplained']);
  expect(outcomes([call], before, before, [], ['confirm'])).toEqual(['explained']);
  expect(outcomes([call], before, 'const ok = await confirm(ctx, helperRound(state), message);')).toEqual([
    'migrated',
  ]);
  expect(outcomes([call], before, 'const ok = await confirm(ctx, { key: "ok", state }, message);')).toEqual([
    'migrated',
  ]);
});

test('of two asks in a file, one may stay', () => {
  const second = { ...ask, line: 3 };
  const both = 'x;\nawait server.elicitInput(a);\nawait server.elicitInput(b);';
  expect(outcomes([ask, second], both, 'x;\nawait server.elicitInput(a);').sort()).toEqual([
    'migrated',
    'unexplained',
  ]);
});

test('a site that is not at its line is not judged', () => {
  expect(outcomes([{ ...ask, line: 40 }], BEFORE, BEFORE)).toEqual(['unread']);
});

test('an ask of a package that is refused as a whole is explained', () => {
  expect(outcomes([ask], BEFORE, BEFORE, [], [], ['.'])).toEqual(['explained']);
  expect(outcomes([ask], BEFORE, BEFORE, [], [], ['packages/other'])).toEqual(['unexplained']);
});

test('a method that is taken as a value stands for its calls', () => {
  const before = 'async () => {\n  const ask = server.elicitInput;\n  await ask(params);\n}';
  expect(
    outcomes([{ ...ask, form: 'method-as-value(elicitInput)' }], before, `resumable(${before})`),
  ).toEqual(['compiled']);
});
