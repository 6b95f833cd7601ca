import { describe, expect, test } from 'vitest';

import { findAsks, type AskSite } from '../../../engine/find/find-asks.ts';
import { ts } from '../../../engine/syntax/ts.ts';
import { checkText } from '../../harness/program.ts';

const PRELUDE = `
import { inputRequired, type ElicitRequestFormParams, type ElicitRequestURLParams, type McpServer, type Server, type ServerContext } from '@modelcontextprotocol/server';
import * as z from 'zod';
declare const ctx: ServerContext, server: McpServer, low: Server, other: unknown;
declare const form: ElicitRequestFormParams, url: ElicitRequestURLParams, either: ElicitRequestFormParams | ElicitRequestURLParams;
const schema = { type: 'object', properties: {} } as const;
`;

/** Every body becomes a function of one program, since building a program is what takes time. */
const bodies: string[] = [];
let sites: readonly AskSite[] | undefined;

function declare(body: string): string {
  bodies.push(body);
  return body;
}

function find(body: string): readonly AskSite[] {
  if (sites === undefined) {
    const functions = bodies.map((each, index) => `export async function case${index}() {\n${each}\n}`);
    const { file, checker } = checkText(`${PRELUDE}\n${functions.join('\n')}\n`);
    sites = findAsks(file, checker);
  }
  const name = `case${bodies.indexOf(body)}`;
  return sites.filter(({ call }) => enclosingName(call) === name);
}

function enclosingName(node: ts.Node): string | undefined {
  let outermost: string | undefined;
  for (let each: ts.Node = node; !ts.isSourceFile(each); each = each.parent)
    if (ts.isFunctionDeclaration(each)) outermost = each.name?.text;
  return outermost;
}

const summary = (body: string): string[] =>
  find(body).map(({ kind, channel, isUntyped }) => `${kind} ${channel}${isUntyped ? ' untyped' : ''}`);

describe('asks', () => {
  test.each(
    (
      [
        [`await ctx.mcpReq.elicitInput({ message: 'm', requestedSchema: schema });`, 'form elicitInput'],
        [`const { mcpReq } = ctx; await mcpReq.elicitInput(form);`, 'form elicitInput'],
        [`const { mcpReq: { elicitInput: ask } } = ctx; await ask(form);`, 'form elicitInput'],
        [`const request = ctx.mcpReq; await request.elicitInput(form);`, 'form elicitInput'],
        [`await ctx['mcpReq']['elicitInput'](form);`, 'form elicitInput'],
        [`await ctx?.mcpReq?.elicitInput(form);`, 'form elicitInput'],
        [`await ctx.mcpReq.requestSampling({ messages: [], maxTokens: 1 });`, 'sampling createMessage'],
        [`await server.server.elicitInput(form);`, 'form elicitInput'],
        [`await server.server.createMessage({ messages: [], maxTokens: 1 });`, 'sampling createMessage'],
        [`await server.server.listRoots();`, 'roots listRoots'],
        [`await low.elicitInput(form);`, 'form elicitInput'],
        [`await low.listRoots();`, 'roots listRoots'],
        [`const ask = server.server.elicitInput; await ask?.call(server.server, form);`, 'form elicitInput'],
        [`await ctx.mcpReq.send({ method: 'elicitation/create', params: form });`, 'form send'],
        [
          `const request = { method: 'sampling/createMessage', params: {} }; await (low as any).request(request, {});`,
          'sampling send',
        ],
        [`await ctx.mcpReq.send({ method: 'roots/list' });`, 'roots send'],
        [`await low.request({ method: 'roots/list' });`, 'roots send'],
        [`const request = { method: 'roots/list' } as const; await ctx.mcpReq.send(request);`, 'roots send'],
      ] as const
    ).map(([body, kind]) => [declare(body), kind]),
  )('%s', (body, expected) => {
    expect(summary(body)).toEqual([expected]);
  });

  test.each(
    (
      [
        [`await (other as any).elicitInput(form);`, ['form elicitInput untyped']],
        [
          `const own = low as any; await (own.server ?? own).request({ method: 'roots/list' }, schema);`,
          ['roots send untyped'],
        ],
        [
          `interface Asking { elicitInput(asked: { message: string }): Promise<{ action: string }> } await (other as unknown as Asking).elicitInput({ message: 'm' });`,
          ['elicitation elicitInput untyped'],
        ],
        [
          `const extra: any = ctx; await extra.sendRequest({ method: 'sampling/createMessage', params: {} });`,
          ['sampling send untyped'],
        ],
        [
          `await (other as any).createMessage({ messages: [], maxTokens: 1 });`,
          ['sampling createMessage untyped'],
        ],
        [
          `interface Context { elicit?(message: string, fields: object): Promise<{ action: string }> } await (other as unknown as Context).elicit?.('m', {});`,
          ['elicitation elicitInput untyped'],
        ],
        [`await (other as any).sample({ messages: [] });`, ['sampling createMessage untyped']],
        [
          `interface Like { elicitInput?(asked: object): Promise<{ action: string }> } const like = other as unknown as Like; const ask = like.elicitInput; await ask?.call(like, { message: 'm' });`,
          ['elicitation elicitInput untyped'],
        ],
        [`await (other as any).elicitInput.call(low, form);`, ['form elicitInput untyped']],
        [`const wire = { call: async (a: unknown) => a }; await wire.call(low);`, []],
        [
          `const ctx: any = low; const word = 'a' + low; await ctx.elicit(word, schema); ctx.elicit('word'); ctx.elicit(1, schema);`,
          ['elicitation elicitInput untyped'],
        ],
        [
          `const ctx: any = low; await ctx.sample([{ role: 'user', content: {} }], {}); ctx.sample([1, 2], {});`,
          ['sampling createMessage untyped'],
        ],
        [
          `interface Like { elicitInput?: (asked: object) => Promise<{ action: string }> } const ask = (other as unknown as Like).elicitInput; await ask?.({ message: 'm' });`,
          ['elicitation elicitInput untyped'],
        ],
        // Other things of these names.
        [`await (other as any).sample(5);`, []],
        [
          `interface Audio { sample(at: number): Promise<{ level: number }> } await (other as unknown as Audio).sample(1);`,
          [],
        ],
        [`await (other as any).createMessage('hello');`, []],
        [`await (other as any).request({ method: 'tools/list' });`, []],
        [
          `interface Chat { createMessage(text: string): Promise<void> } await (other as unknown as Chat).createMessage('hello');`,
          [],
        ],
        [
          `const own = { elicitInput: async (asked: object) => asked }; await own.elicitInput({ message: 'm' });`,
          [],
        ],
        [`const files = { listRoots: (): string[] => [] }; files.listRoots();`, []],
      ] as const
    ).map(([body, kinds]) => [declare(body), kinds] as const),
  )('without a type of the SDK: %s', (body, expected) => {
    expect(summary(body)).toEqual(expected);
  });

  const schemaOnly = declare(`await ctx.mcpReq.send({ method: 'roots/list' }, z.object({}));`);
  const schemaAndOptions = declare(
    `await ctx.mcpReq.send({ method: 'roots/list' }, z.object({}), { timeout: 5 });`,
  );
  const optionsOnly = declare(`await ctx.mcpReq.elicitInput(form, { timeout: 7 });`);

  test('a schema of the result is not taken for the options', () => {
    const [plain] = find(schemaOnly);
    expect(plain?.options).toBeUndefined();
    const [timed] = find(schemaAndOptions);
    expect(timed?.options?.getText()).toBe('{ timeout: 5 }');
    const [direct] = find(optionsOnly);
    expect(direct?.options?.getText()).toBe('{ timeout: 7 }');
  });
});

describe('the mode of an elicitation', () => {
  test.each(
    (
      [
        [`{ mode: 'url', message: 'm', url: 'https://a.example', elicitationId: 'e' }`, 'url'],
        [`{ mode: 'form', message: 'm', requestedSchema: schema }`, 'form'],
        ['url', 'url'],
        ['form', 'form'],
        ['either', 'elicitation'],
      ] as const
    ).map(([params, kind]) => [declare(`await ctx.mcpReq.elicitInput(${params});`), kind]),
  )('%s', (body, kind) => {
    expect(summary(body)).toEqual([`${kind} elicitInput`]);
  });
});

describe('no asks', () => {
  test.each(
    [
      `const other = { elicitInput: async (_: unknown) => 1 }; await other.elicitInput(form);`,
      `const listRoots = async () => []; await listRoots();`,
      `inputRequired.elicit({ message: 'm', requestedSchema: schema });`,
      `inputRequired.createMessage({ messages: [], maxTokens: 1 });`,
      `inputRequired.listRoots();`,
      `await ctx.mcpReq.send({ method: 'ping' });`,
      `await ctx.mcpReq.notify({ method: 'notifications/progress', params: { progressToken: 1, progress: 1 } });`,
    ].map((body) => declare(body)),
  )('%s', (body) => {
    expect(summary(body)).toEqual([]);
  });
});
