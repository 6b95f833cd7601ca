import { context, trace } from '@opentelemetry/api';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import type { McpServer } from '@modelcontextprotocol/server';
import { afterEach, expect, test } from 'vitest';

import {
  createRequestState,
  memoryClaims,
  type OlderState,
  type RequestState,
  type RequestStateOptions,
  type RoundEvent,
} from '../../runtime/index.ts';
import { loadCompiledTexts } from '../harness/compile-fixture.ts';
import { accept, createModernClient, type ModernClient } from '../harness/scripted-client.ts';

/**
 * Two builds of a server, of which the first seals a state and the second gets it. The handler `run` is given by its body;
 * `note` writes into the list of effects, `ask` makes the text of an ask.
 */
interface Build {
  readonly body: string;
  readonly helpers?: string;
  /** The second argument of `resumable`. */
  readonly options?: string;
  /** Not compiled. */
  readonly plain?: true;
}

const ask = (message: string): string =>
  `ctx.mcpReq.elicitInput({ message: '${message}', requestedSchema: { type: 'object', properties: { ok: { type: 'boolean' } } } })`;
const yes = accept({ ok: true });

function textOf({ body, helpers = '', options = 'undefined', plain }: Build): string {
  const handler = `async ({ item }, ctx) => {\n${body}\n}`;
  return `import { McpServer, inputRequired } from '@modelcontextprotocol/server';
import { resumable, elicitResult } from 'mrtr/runtime';
import * as z from 'zod';
const note = (value) => globalThis.upgradeEffects.push(String(value));
const text = (value) => ({ content: [{ type: 'text', text: String(value) }] });
${helpers}
export function createServer(requestState) {
  const server = requestState.protect(new McpServer({ name: 's', version: '1' }, { requestState }));
  server.registerTool('run', { inputSchema: z.object({ item: z.string() }) }, ${plain ? handler : `resumable(${handler}, ${options})`});
  return server;
}`;
}

const effects: string[] = [];
Reflect.set(globalThis, 'upgradeEffects', effects);
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  effects.length = 0;
  trace.disable();
  context.disable();
  for (const close of closing.splice(0)) await close();
});

let loaded = 0;

/** The official client, whose first request goes to the older build and all later ones to the newer. */
async function upgraded(
  older: Build,
  newer: Build,
  options: RequestStateOptions = {},
  olderOptions: RequestStateOptions = options,
): Promise<{
  readonly peer: ModernClient;
  readonly events: RoundEvent[];
  readonly run: () => Promise<unknown>;
}> {
  const events: RoundEvent[] = [];
  const common = {
    key: 'a key for tests, of at least 32 bytes',
    onEvent: (event: RoundEvent) => events.push(event),
  };
  const create = async (build: Build, more: RequestStateOptions): Promise<() => McpServer> => {
    // The units are found by their names, so both builds call their file the same.
    const { createServer } = await loadCompiledTexts(
      `upgrade-${++loaded}`,
      { 'server.ts': textOf(build) },
      'server',
    );
    const requestState = createRequestState({ ...common, ...more });
    return () => (createServer as unknown as (state: RequestState) => McpServer)(requestState);
  };
  const builds = [await create(older, olderOptions), await create(newer, options)] as const;
  let isUpgraded = false;
  const answer = (): object => {
    isUpgraded = true;
    return yes;
  };
  const peer = await createModernClient(() => builds[isUpgraded ? 1 : 0](), {
    answers: { elicit: Array.from({ length: 9 }, () => answer) },
  });
  closing.push(() => peer.close());
  const run = async (): Promise<unknown> => {
    const { content } = await peer.client.callTool({ name: 'run', arguments: { item: 'tea' } });
    return (content as { text: string }[])[0]?.text;
  };
  return { peer, events, run };
}

const messagesOf = ({ asked }: ModernClient): unknown[] => asked.map(({ params }) => params['message']);
const upgradesOf = (events: readonly RoundEvent[]): unknown[] =>
  events.filter(({ type }) => type === 'rejected' || type === 'restarted' || type === 'migrated');

const older: Build = {
  body: `note('looked up'); let count = item.length;
  const size = await ${ask('Which size?')};
  note('asked'); count += 1;
  const sure = await ${ask('Sure?')};
  return text(\`\${item} \${count} \${sure.action}\`);`,
};
/** Another effect in front, another text behind, one more question at the end. */
const newer: Build = {
  body: `note('looked up twice'); let count = item.length * 100;
  const size = await ${ask('Which size?')};
  note('went on'); count += 10;
  const paid = await ${ask('Paid?')};
  return text(\`\${item}: \${count} \${paid.action}\`);`,
};

test('by default the state of another build is refused before any of its code runs', async () => {
  const { events, run } = await upgraded(older, newer);
  await expect(run()).rejects.toMatchObject({ code: -32602 });
  expect(effects).toEqual(['looked up']);
  expect(upgradesOf(events)).toMatchObject([
    { type: 'rejected', reason: 'other-version', difference: 'changed', name: 'run', round: 1 },
  ]);
});

test('formatting, comments and types are no other version', async () => {
  const { events, run } = await upgraded(older, { body: older.body.replaceAll('; ', ';\n\n// and\n') });
  expect(await run()).toBe('tea 4 accept');
  expect(upgradesOf(events)).toEqual([]);
});

test('restart begins again with the arguments, and uses the answer of the round where the same is asked', async () => {
  const { peer, events, run } = await upgraded(older, newer, { upgrade: 'restart' });
  expect(await run()).toBe('tea: 310 accept');
  expect(effects).toEqual(['looked up', 'looked up twice', 'went on']);
  expect(messagesOf(peer)).toEqual(['Which size?', 'Paid?']);
  expect(upgradesOf(events)).toMatchObject([{ type: 'restarted', difference: 'changed', round: 1 }]);
  expect(new Set(events.map(({ flow }) => flow)).size).toBe(1);
  expect(events.at(-1)).toMatchObject({ type: 'resumed', round: 2 });
});

test('restart asks again what is asked differently', async () => {
  const other = { body: newer.body.replace('Which size?', 'Which size, please?') };
  const { peer, run } = await upgraded(older, other, { upgrade: 'restart' });
  expect(await run()).toBe('tea: 310 accept');
  expect(messagesOf(peer)).toEqual(['Which size?', 'Which size, please?', 'Paid?']);
});

test('migrate goes on at the question of the same name, with the variables of the same names', async () => {
  const { peer, events, run } = await upgraded(older, newer, { upgrade: 'migrate' });
  expect(await run()).toBe('tea: 13 accept');
  expect(effects).toEqual(['looked up', 'went on']);
  expect(messagesOf(peer)).toEqual(['Which size?', 'Paid?']);
  expect(upgradesOf(events)).toMatchObject([{ type: 'migrated', frames: 1 }]);
});

test('migrate takes over a variable that is shared with a function in one of the versions only', async () => {
  const sharing = { body: newer.body.replace('count += 10;', 'const add = () => { count += 10; }; add();') };
  expect(await (await upgraded(older, sharing, { upgrade: 'migrate' })).run()).toBe('tea: 13 accept');
  expect(await (await upgraded(sharing, older, { upgrade: 'migrate' })).run()).toBe('tea 301 accept');
});

test.each([
  [
    'a variable that was not carried',
    'unmigratable',
    newer.body.replace('note(', 'const when = 1; note(').replace('item}:', 'item}: ${when}'),
  ],
  ['a suspension point of another name', 'missing', newer.body.replace('const size', 'const how')],
  [
    'a suspension point whose name is not the only one',
    'missing',
    `if (item === '') { const size = await ${ask('Else?')}; }\n${newer.body}`,
  ],
  [
    'a variable whose name is not the only one',
    'unmigratable',
    newer.body.replace("note('went on');", '{ const count = 1; note(count); }'),
  ],
  ['the progress of a loop', 'unmigratable', `for (const part of [item]) { ${newer.body} }`],
])('what no name tells is not guessed: %s', async (_what, difference, body) => {
  const { events, run } = await upgraded(older, { body }, { upgrade: 'migrate' });
  await expect(run()).rejects.toMatchObject({ code: -32602 });
  expect(effects).toEqual(['looked up']);
  expect(upgradesOf(events)).toMatchObject([{ type: 'rejected', difference }]);
});

test('a function made by the older build is not taken over', async () => {
  const keeping = (by: number): Build => ({
    body: `let count = ${by}; const add = () => { count += ${by}; };
    const size = await ${ask('Which size?')};
    add(); return text(count);`,
  });
  const { events, run } = await upgraded(keeping(1), keeping(2), { upgrade: 'migrate' });
  await expect(run()).rejects.toMatchObject({ code: -32602 });
  expect(upgradesOf(events)).toMatchObject([{ difference: 'unmigratable' }]);
});

test('a function decides with all that is known of the frame, and may give the variables', async () => {
  const seen: OlderState[] = [];
  const policy = (state: OlderState) => {
    seen.push(state);
    return { ...state.variables, count: 1000 };
  };
  const { run } = await upgraded(older, newer, { upgrade: policy });
  expect(await run()).toBe('tea: 1010 accept');
  expect(seen).toHaveLength(1);
  expect(seen[0]).toMatchObject({
    method: 'tools/call',
    name: 'run',
    round: 1,
    flow: expect.stringMatching(/^[\w-]{22}$/) as string,
    difference: 'changed',
    handler: 'server/server.ts#run',
    point: 'size',
    variables: { count: 3, item: 'tea' },
    needs: ['count', 'ctx', 'item'],
  });
  expect(seen[0]?.from).not.toBe(seen[0]?.to);
});

test.each([
  ['restart', 'tea: 310 accept'],
  ['migrate', 'tea: 13 accept'],
] as const)('a function may decide for %s', async (decision, result) => {
  expect(await (await upgraded(older, newer, { upgrade: () => decision })).run()).toBe(result);
});

test.each([
  [
    'throws',
    () => {
      throw new Error('secret');
    },
  ],
  ['returns a promise', async () => 'restart' as const],
])('a function that %s fails the request, and says nothing of it', async (_what, policy) => {
  const upgrade = policy as unknown as () => 'restart';
  const { run } = await upgraded(older, newer, { upgrade });
  await expect(run()).rejects.toMatchObject({
    code: -32603,
    message: 'The upgrade policy of a state failed.',
  });
  expect(effects).toEqual(['looked up']);
});

test('the policy of a handler is before that of the server', async () => {
  const restarting = { ...newer, options: `{ upgrade: 'restart' }` };
  expect(await (await upgraded(older, restarting)).run()).toBe('tea: 310 accept');
  const rejecting = { ...newer, options: `{ upgrade: 'reject' }` };
  await expect((await upgraded(older, rejecting, { upgrade: 'restart' })).run()).rejects.toMatchObject({
    code: -32602,
  });
});

const helper = (name: string, add: number): string => `const ${name} = resumable(async (ctx, base) => {
  const ok = await ${ask('Well?')};
  return ok.action + (base + ${add});
});`;

test('the frames of helpers are taken over one by one, wherever the newer build calls them', async () => {
  const one: Build = {
    helpers: helper('confirm', 1),
    body: `const count = 5; const said = await confirm(ctx, 7); return text(said + count);`,
  };
  const two: Build = {
    helpers: helper('other', 0) + helper('confirm', 2),
    body: `const count = 6; if (item === '') await other(ctx, 0); const said = await confirm(ctx, 70); return text(said + ' ' + count);`,
  };
  const { events, run } = await upgraded(one, two, { upgrade: 'migrate' });
  expect(await run()).toBe('accept9 5');
  expect(upgradesOf(events)).toMatchObject([{ type: 'migrated', frames: 2 }]);
  const unchanged = { ...one, body: two.body, helpers: helper('other', 0) + helper('confirm', 1) };
  const onlyRoot = await upgraded(one, unchanged, { upgrade: 'migrate' });
  expect(await onlyRoot.run()).toBe('accept8 5');
  expect(upgradesOf(onlyRoot.events)).toMatchObject([{ type: 'migrated', frames: 1 }]);
  const gone = { ...newer, helpers: '' };
  await expect((await upgraded(one, gone, { upgrade: 'migrate' })).run()).rejects.toMatchObject({
    code: -32602,
  });
});

test('a state without names, of a time with another policy, can be restarted and not migrated', async () => {
  const before = { upgrade: 'reject' } as const;
  const { events, run } = await upgraded(older, newer, { upgrade: 'migrate' }, before);
  await expect(run()).rejects.toMatchObject({ code: -32602 });
  expect(upgradesOf(events)).toMatchObject([{ difference: 'changed' }]);
  expect(await (await upgraded(older, newer, { upgrade: 'restart' }, before)).run()).toBe('tea: 310 accept');
});

test('under single use a round restarts once', async () => {
  const singleUse = { claims: memoryClaims() };
  const { peer, run } = await upgraded(older, newer, { upgrade: 'restart', singleUse });
  await run();
  const second = peer.exchanges.find(({ params }) => params['requestState'] !== undefined);
  const again = await peer.post('tools/call', second?.params ?? {});
  expect(again.error).toMatchObject({ code: -32602 });
  expect(effects).toEqual(['looked up', 'looked up twice', 'went on']);
});

const readable = (first: string, next: string): Build => ({
  plain: true,
  body: `const state = ctx.mcpReq.requestState();
  switch (state?.step) {
    case undefined: note('first');
      return requestState.ask(ctx, { size: inputRequired.elicit({ message: 'Which?', requestedSchema: { type: 'object', properties: {} } }) }, { step: '${first}', count: 1 });
    case '${first}': note('second');
      return text(elicitResult(ctx, 'size').action + ' ${next} ' + state.count);
  }`,
});

test('a handler that is not compiled: its version decides', async () => {
  const [one, two] = [readable('a', 'one'), readable('b', 'two')];
  const [was, is] = [{ version: '1' }, { version: '2' }];
  const rejected = await upgraded(one, two, is, was);
  await expect(rejected.run()).rejects.toMatchObject({ code: -32602 });
  expect(upgradesOf(rejected.events)).toMatchObject([{ reason: 'other-version', difference: 'version' }]);
  const restarted = await upgraded(one, two, { ...is, upgrade: 'restart' }, was);
  expect(await restarted.run()).toBe('accept two 1');
  expect(upgradesOf(restarted.events)).toMatchObject([{ type: 'restarted', difference: 'version' }]);
  const migrate = ({ variables, from, to }: OlderState) => ({
    ...variables,
    step: 'b',
    count: `${from} to ${to}`,
  });
  expect(await (await upgraded(one, two, { ...is, upgrade: migrate }, was)).run()).toBe('accept two 1 to 2');
  expect(await (await upgraded(one, one, is, is)).run()).toBe('accept one 1');
});

test('from compiled to readable and back', async () => {
  const away = await upgraded(older, readable('a', 'one'));
  await expect(away.run()).rejects.toMatchObject({ code: -32602 });
  expect(upgradesOf(away.events)).toMatchObject([{ difference: 'form' }]);
  expect(effects.splice(0)).toEqual(['looked up']);
  const back = await upgraded(readable('a', 'one'), newer);
  await expect(back.run()).rejects.toMatchObject({ code: -32602 });
  expect(upgradesOf(back.events)).toMatchObject([{ difference: 'form' }]);
  expect(effects.splice(0)).toEqual(['first']);
  expect(await (await upgraded(readable('a', 'one'), newer, { upgrade: 'restart' })).run()).toBe(
    'tea: 310 accept',
  );
});

test('the span of the round says what became of it', async () => {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const { run } = await upgraded(older, newer, { upgrade: 'restart', tracer: provider.getTracer('test') });
  await run();
  expect(exporter.getFinishedSpans()[1]?.attributes).toMatchObject({
    'mrtr.upgrade': 'restarted',
    'mrtr.upgrade.difference': 'changed',
  });
});
