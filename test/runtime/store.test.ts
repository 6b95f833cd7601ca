import KeyvRedis from '@keyv/redis';
import { inputRequired, McpServer } from '@modelcontextprotocol/server';
import Keyv from 'keyv';
import { afterEach, expect, test } from 'vitest';

import {
  createRequestState,
  elicitResult,
  type RequestStateOptions,
  type RoundEvent,
  type StateStore,
} from '../../runtime/index.ts';
import { accept, createModernClient } from '../harness/scripted-client.ts';
import { text } from './publish-server.ts';
import { hasRedis, startRedis } from './redis-server.ts';

const KEY = 'a key for tests, of at least 32 bytes';
const CALL = { name: 'diff', arguments: {} };
const UNAVAILABLE = {
  code: -32603,
  message: 'The state store is unavailable',
  data: { reason: 'state_store_unavailable' },
};
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A server that carries noise, which compression cannot shorten. */
async function peerOf(options: RequestStateOptions, length = 50_000) {
  const effects: string[] = [];
  const requestState = createRequestState({ key: KEY, ...options });
  const peer = await createModernClient(
    () => {
      const server = requestState.protect(new McpServer({ name: 'diff', version: '1' }, { requestState }));
      server.registerTool('diff', {}, async (ctx) => {
        const state = ctx.mcpReq.requestState<{ noise: string }>();
        const sure = inputRequired.elicit({
          message: 'Sure?',
          requestedSchema: { type: 'object', properties: { sure: { type: 'boolean' } } },
        });
        if (state === undefined)
          return requestState.ask(ctx, { sure }, { noise: noise(length), at: new Date(0) });
        effects.push(elicitResult(ctx, 'sure').action);
        return text(String(state.noise.length));
      });
      return server;
    },
    { answers: { elicit: [accept({ sure: true })] } },
  );
  closing.push(() => peer.close());
  return { ...peer, effects };
}

function noise(length: number): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(length)))
    .toString('base64')
    .slice(0, length);
}

test('a large state stays in the store, and only a handle travels', async () => {
  const events: RoundEvent[] = [];
  const { client, exchanges, effects } = await peerOf({
    store: new Keyv(),
    onEvent: (event) => events.push(event),
  });
  expect(await client.callTool(CALL)).toMatchObject({ content: [{ text: '50000' }] });
  expect(effects).toEqual(['accept']);
  const handle = exchanges.find(({ response }) => response.result?.['requestState'] !== undefined);
  expect(String(handle?.response.result?.['requestState']).length).toBeLessThan(200);
  expect(events).toMatchObject([{ type: 'suspended', stored: true }, { type: 'resumed' }]);
});

test('a state that fits is not stored', async () => {
  const store: StateStore = {
    get: () => Promise.reject(new Error('not asked')),
    set: () => Promise.reject(new Error('not asked')),
  };
  const { client } = await peerOf({ store }, 1000);
  expect(await client.callTool(CALL)).toMatchObject({ content: [{ text: '1000' }] });
});

test('without a store a large state is refused, naming its largest variables', async () => {
  const { client } = await peerOf({});
  await expect(client.callTool(CALL)).rejects.toThrow(
    /has \d+ characters, 32768 are allowed; largest: noise \(\d+\), at/,
  );
});

test.skipIf(!hasRedis)('Redis: another process continues; stopped, the request may come again', async () => {
  const redis = await startRedis();
  closing.push(() => redis.stop());
  const storeOf = (): Keyv => {
    const store = new Keyv(new KeyvRedis(redis.url, { throwOnConnectError: true }), { throwOnErrors: true });
    store.on('error', () => {});
    closing.push(() => store.disconnect());
    return store;
  };
  const first = await peerOf({ store: storeOf() });
  const second = await peerOf({ store: storeOf() });
  const requestState = (await first.post('tools/call', CALL)).result?.['requestState'];
  const answered = { ...CALL, requestState, inputResponses: { sure: accept({ sure: true }) } };
  expect((await second.post('tools/call', answered)).result).toMatchObject({ content: [{ text: '50000' }] });
});

test('a store that cannot be reached is not an invalid state', async () => {
  const entries = new Map<string, string>();
  let isUp = true;
  const reach = <Result>(result: () => Result): Promise<Result> =>
    isUp ? Promise.resolve(result()) : Promise.reject(new Error('connect ECONNREFUSED 10.0.0.7:6379'));
  const store: StateStore = {
    get: (key) => reach(() => entries.get(key)),
    set: (key, value) => reach(() => entries.set(key, value)),
  };
  const events: RoundEvent[] = [];
  const peer = await peerOf({ store, onEvent: (event) => events.push(event) });
  const requestState = (await peer.post('tools/call', CALL)).result?.['requestState'];
  const answered = { ...CALL, requestState, inputResponses: { sure: accept({ sure: true }) } };
  isUp = false;
  expect((await peer.post('tools/call', answered)).error).toEqual(UNAVAILABLE);
  expect((await peer.post('tools/call', CALL)).error).toEqual(UNAVAILABLE);
  isUp = true;
  expect((await peer.post('tools/call', answered)).result).toMatchObject({ content: [{ text: '50000' }] });
  expect(peer.effects).toEqual(['accept']);
  const types = ['suspended', 'store-unavailable', 'store-unavailable', 'resumed'];
  expect(events.map(({ type }) => type)).toEqual(types);
});

test('an entry that is gone, foreign or exchanged is refused', async () => {
  const entries = new Map<string, string>();
  const store: StateStore = {
    get: async (key) => entries.get(key),
    set: async (key, value) => entries.set(key, value),
  };
  const reasons: unknown[] = [];
  const peer = await peerOf({
    store,
    onEvent: (event) => event.type === 'rejected' && reasons.push(event.reason),
  });
  const [one, two] = [await peer.post('tools/call', CALL), await peer.post('tools/call', CALL)];
  const requestState = one.result?.['requestState'];
  const answered = { ...CALL, requestState, inputResponses: { sure: accept({ sure: true }) } };
  const [[firstKey, firstEntry] = ['', ''], [, secondEntry] = ['', '']] = entries;
  for (const entry of [secondEntry, 'v1.x.0.y', String(two.result?.['requestState']), undefined]) {
    if (entry === undefined) entries.delete(firstKey);
    else entries.set(firstKey, entry);
    expect((await peer.post('tools/call', answered)).error).toMatchObject({ code: -32602 });
  }
  // What is in the store is no state for a client.
  const stolen = { ...answered, requestState: 'x'.repeat(10) };
  for (const entry of [firstEntry, secondEntry]) {
    expect((await peer.post('tools/call', { ...stolen, requestState: entry })).error).toMatchObject({
      code: -32602,
    });
  }
  expect(reasons).toEqual([
    'not-stored',
    'unknown-key',
    'not-stored',
    'not-stored',
    'too-large',
    'too-large',
  ]);
  expect(peer.effects).toEqual([]);
});
