import { inputRequired, McpServer } from '@modelcontextprotocol/server';
import { afterEach, expect, test } from 'vitest';

import { createRequestState, type RequestStateOptions } from '../../runtime/index.ts';
import { effects } from '../../fixtures/handlers/support.ts';
import { CompiledFixtures, loadCompiledTexts } from '../harness/compile-fixture.ts';
import { createModernClient } from '../harness/scripted-client.ts';
import { runCli } from './run-cli.ts';

const KEY = 'a key for tests, of at least 32 bytes';
const STATE = {
  step: 'awaiting-confirm',
  apiToken: 'hunter2hunter2',
  customer: { name: 'Ada', password: 'hunter3' },
  due: new Date(0),
  failure: new TypeError('no', { cause: 'card' }),
  list: Array.from({ length: 50 }, (_, index) => index),
};
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** The state that the real server hands out for a question. */
async function seal(state: unknown, options: RequestStateOptions = {}): Promise<string> {
  const requestState = createRequestState({ key: KEY, ...options });
  const peer = await createModernClient(() => {
    const server = requestState.protect(new McpServer({ name: 'pay', version: '1' }, { requestState }));
    server.registerTool('pay', {}, async (ctx) => {
      const sure = inputRequired.elicit({
        message: 'Sure?',
        requestedSchema: { type: 'object', properties: { sure: { type: 'boolean' } } },
      });
      return requestState.ask(ctx, { sure }, state);
    });
    return server;
  });
  closing.push(() => peer.close());
  return String((await peer.post('tools/call', { name: 'pay', arguments: {} })).result?.['requestState']);
}

test('keygen prints keys that a server accepts, a new one each time', async () => {
  const [first, second] = [await runCli(['state', 'keygen']), await runCli(['state', 'keygen'])];
  expect(first.stdout).toMatch(/^[\w-]{43}\n$/);
  expect(first.stdout).not.toBe(second.stdout);
  expect(() => createRequestState({ keys: [first.stdout.trim(), second.stdout.trim()] })).not.toThrow();
});

test.each([{}, { compressAbove: 1 }])(
  'inspect shows what is sealed and hides secrets: %j',
  async (options) => {
    const { code, stdout } = await runCli(['state', 'inspect', await seal(STATE, options), '--key', KEY]);
    expect(code).toBe(0);
    expect(stdout).not.toContain('hunter');
    expect(stdout).toContain('tools/call pay');
    expect(stdout).toContain('authentic  yes');
    expect(stdout).toMatch(/flow\s+[\w-]{22}, round 1\n/);
    expect(stdout).toContain('sure  elicitation/create: Sure?');
    expect(stdout).toContain('apiToken (17)  [redacted, 14 characters]');
    expect(stdout).toContain('due (');
    expect(stdout).toContain('1970-01-01T00:00:00.000Z');
  },
);

test('--reveal shows everything; --json is one object with sizes', async () => {
  const sealed = await seal(STATE);
  const keys = ['--key', 'another key for tests, of 32 bytes or more', KEY];
  const { stdout } = await runCli(['state', 'inspect', sealed, '--reveal', '--json', ...keys]);
  const description = JSON.parse(stdout) as { variables: { name: string; size: number; value: string }[] };
  expect(description).toMatchObject({
    authentic: true,
    method: 'tools/call',
    name: 'pay',
    round: 1,
    expired: false,
  });
  expect(description.variables.find(({ name }) => name === 'customer')?.value).toContain('hunter3');
  expect(description.variables.find(({ name }) => name === 'list')?.size).toBeGreaterThan(100);
});

test('a state for another requester is shown, and said to be that', async () => {
  const sealed = await seal({ step: 'x' }, { principal: () => 'ada', audience: 'pay' });
  const authentic = async (...flags: string[]) =>
    JSON.parse(
      (await runCli(['state', 'inspect', sealed, '--key', KEY, '--json', ...flags])).stdout,
    ) as object;
  expect(await authentic()).toMatchObject({ authentic: false, name: 'pay' });
  expect(await authentic('--principal', 'ada', '--audience', 'pay')).toMatchObject({ authentic: true });
  expect(await authentic('--principal', 'bob', '--audience', 'pay')).toMatchObject({ authentic: false });
});

test('instances of classes that the command does not have are shown as data', async () => {
  class Money {
    readonly cents: number;
    constructor(cents: number) {
      this.cents = cents;
    }
  }
  const type = { type: Money, toData: ({ cents }: Money) => ({ cents }), fromData: () => new Money(0) };
  const sealed = await seal({ total: new Money(7) }, { classes: { Money: type } });
  const { stdout } = await runCli(['state', 'inspect', sealed, '--key', KEY]);
  expect(stdout).toContain('<Money> { cents: 7 }');
});

test.each([
  [[], 'MRTR6030'],
  [['--key', 'another key for tests, of 32 bytes or more'], 'MRTR6031'],
  [['--key', 'short'], 'MRTR6031'],
])('what cannot be opened: %j', async (flags, diagnostic) => {
  const { code, stderr } = await runCli(['state', 'inspect', await seal({ step: 'x' }), ...flags]);
  expect([code, stderr]).toEqual([2, expect.stringContaining(diagnostic)]);
});

test('a state that was cut off or changed is not opened', async () => {
  const sealed = await seal({ step: 'x' });
  for (const broken of ['v1', sealed.slice(0, 20), `${sealed}.`, sealed.replace('.0.', '.1.')]) {
    expect(await runCli(['state', 'inspect', broken, '--key', KEY])).toMatchObject({ code: 2, stdout: '' });
  }
});

test('the frames of a compiled handler are shown with their variables', async () => {
  const { createServer } = await new CompiledFixtures(['phases/args-object']).load('phases/args-object');
  effects.current = { call: () => undefined };
  const peer = await createModernClient(createServer);
  closing.push(() => peer.close());
  const call = { name: 'open', arguments: { path: 'a.txt', line: 7 } };
  const sealed = (await peer.post('tools/call', call)).result?.['requestState'];
  const key = 'a key for fixtures, thirty-two bytes or more';
  const { stdout } = await runCli(['state', 'inspect', String(sealed), '--key', key]);
  expect(stdout).toMatch(/\nframes\n {2}handler#0 \(version [\w-]+\), label \d+\n/);
  expect(stdout).toContain("#0 (38)  <Anchor> 'arguments.0'");
});

test('states of a server with `debug` say how the variables are called, and which are secret', async () => {
  const text = `import { McpServer } from '@modelcontextprotocol/server';
import { createRequestState, resumable } from 'mrtr/runtime';
const requestState = createRequestState({ key: '${KEY}', debug: true });
export function createServer() {
  const server = requestState.protect(new McpServer({ name: 's', version: '1' }, { requestState }));
  server.registerTool('run', {}, resumable(async (ctx) => {
    let count = 7; const password = 'hunter2'; const add = () => { count += 1; };
    const sure = await ctx.mcpReq.elicitInput({ message: 'Sure?', requestedSchema: { type: 'object', properties: {} } });
    add();
    return { content: [{ type: 'text', text: sure.action + count + password }] };
  }));
  return server;
}`;
  const { createServer } = await loadCompiledTexts('state-debug', { 'server.ts': text });
  const peer = await createModernClient(createServer);
  closing.push(() => peer.close());
  const sealed = (await peer.post('tools/call', { name: 'run', arguments: {} })).result?.['requestState'];
  const { stdout } = await runCli(['state', 'inspect', String(sealed), '--key', KEY]);
  expect(stdout).toMatch(/\n {2}state-debug\/server\.ts#run \(version [\w-]+\), at sure\n/);
  expect(stdout).toMatch(/\n {4}count \(\d+\) {2}7\n/);
  expect(stdout).toContain('password');
  expect(stdout).not.toContain('hunter2');
});
