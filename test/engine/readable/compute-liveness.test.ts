import { expect, test } from 'vitest';

import { isDeclaredWithin } from '../../../engine/analyze/collect-references.ts';
import { computeLiveness } from '../../../engine/analyze/compute-liveness.ts';
import { findAsks } from '../../../engine/find/find-asks.ts';
import { buildFlowTree } from '../../../engine/plan/build-flow-tree.ts';
import { ts } from '../../../engine/syntax/ts.ts';
import { checkText, nodesOf } from '../../harness/program.ts';

const ASK = 'await ctx.mcpReq.elicitInput(form)';

/** Body of the handler, and what is live after its first ask. */
const cases: readonly (readonly [name: string, body: string, live: string])[] = [
  ['straight line', `const x = data(), y = data(); const a = ${ASK}; use(x, a);`, 'x'],
  ['the answer itself is not', `const a = ${ASK}; use(a);`, ''],
  ['an assignment kills', `let x = data(); const a = ${ASK}; x = data(); use(x, a);`, ''],
  ['a compound assignment reads', `let x = 1; const a = ${ASK}; x += 1; use(x, a);`, 'x'],
  ['a self-assignment reads', `let x = 1; const a = ${ASK}; x = x + 1; use(x, a);`, 'x'],
  ['one branch reads', `const x = data(); const a = ${ASK}; if (a) use(x); else use(a);`, 'x'],
  ['both branches assign', `let x = data(); const a = ${ASK}; if (a) x = 1; else x = 2; use(x);`, ''],
  ['one branch assigns', `let x = data(); const a = ${ASK}; if (a) x = 1; use(x);`, 'x'],
  ['a branch leaves', `let x = data(); const a = ${ASK}; if (a) return; else x = 2; use(x);`, ''],
  [
    'the other branch of the ask',
    `const x = data(), y = data(); if (c) { ${ASK}; use(x); } else use(y);`,
    'x',
  ],
  ['after the join', `const x = data(); if (c) { ${ASK}; } use(x);`, 'x'],
  ['in a closure', `const x = data(); ${ASK}; use(() => x);`, 'x'],
  ['its own variable shadows', `const x = data(); ${ASK}; use((x: unknown) => x);`, ''],
  ['a block shadows', `const x = data(); ${ASK}; { const x = data(); use(x); }`, ''],
  ['default of a pattern', `const x = 1; const { action = x } = ${ASK}; use(action);`, 'x'],
  ['a loop reads and may not run', `let x = data(); ${ASK}; while (c) x = data(); use(x);`, 'c x'],
  ['var redeclared without a value', `var x = data(); ${ASK}; var x; use(x);`, 'x'],
  ['shorthand property', `const x = data(); ${ASK}; use({ x });`, 'x'],
  ['property name', `const x = data(); ${ASK}; use({ x: 1 }); use({} as { x: 1 });`, ''],
  ['answer of a second ask', `let x = data(); ${ASK}; x = ${ASK}; use(x);`, ''],
  ['params of a second ask', `const x = form; ${ASK}; await ctx.mcpReq.elicitInput(x);`, 'x'],
];

const { file, checker } = checkText(`
import type { ElicitRequestFormParams, ServerContext } from '@modelcontextprotocol/server';
declare const ctx: ServerContext, form: ElicitRequestFormParams;
declare function data(): any;
declare function use(...values: unknown[]): void;
${cases.map(([, body], index) => `export async function case${index}(c: boolean) {\n${body}\n}`).join('\n')}
`);
const functions = nodesOf(file, ts.isFunctionDeclaration).filter(({ body }) => body !== undefined);
const sites = findAsks(file, checker);

test.each(cases.map(([name, , live], index) => [name, live, index] as const))('%s', (_, live, index) => {
  const fn = functions[index];
  if (fn?.body === undefined) throw new Error('no body');
  const own = sites.filter(({ call }) => call.pos >= fn.pos && call.end <= fn.end);
  const built = buildFlowTree(fn.body, own, checker);
  if (!('tree' in built)) throw new Error(built.diagnostics.map(({ title }) => title).join());
  const liveness = computeLiveness(built.tree.nodes, (symbol) => isDeclaredWithin(symbol, fn), checker);
  const [first] = built.tree.asks;
  if (first === undefined) throw new Error('no ask');
  const names = [...(liveness.afterAsk.get(first) ?? [])].map(({ name }) => name).sort();
  expect(names.join(' ')).toBe(live);
});
