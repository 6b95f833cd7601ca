import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { PGlite } from '@electric-sql/pglite';
import { createClient } from '@keyv/redis';
import type { McpServer } from '@modelcontextprotocol/server';
import sqlite from 'node-sqlite3-wasm';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import {
  createRequestState,
  memoryClaims,
  redisClaims,
  sqlClaims,
  type ClaimStore,
  type RequestState,
  type RoundEvent,
} from '../../runtime/index.ts';
import { loadCompiledTexts } from '../harness/compile-fixture.ts';
import {
  accept,
  createModernClient,
  type JsonRpcAnswer,
  type ModernClient,
} from '../harness/scripted-client.ts';
import { createPublishServer } from './publish-server.ts';
import { hasRedis, startRedis } from './redis-server.ts';

const KEY = 'a key for tests, of at least 32 bytes';
const CALL = { name: 'publish', arguments: { pkg: 'left-pad' } };
const CHOICE = { choice: accept({ version: '2.0.0' }) };
const SURE = { confirm: accept({ sure: true }) };
const closing: (() => Promise<unknown>)[] = [];
const atTheEnd: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
afterAll(async () => {
  for (const close of atTheEnd.splice(0).toReversed()) await close();
});

interface Fleet {
  /** Sends a request to one process after the other. */
  readonly post: (params: Record<string, unknown>) => Promise<JsonRpcAnswer>;
  readonly effects: string[];
  readonly events: RoundEvent[];
}

/** Several processes, as far as the runtime can tell: each has a codec, and claims, of its own. */
async function fleet(claims: readonly ClaimStore[], names?: readonly string[]): Promise<Fleet> {
  const effects: string[] = [];
  const events: RoundEvent[] = [];
  const peers = await Promise.all(
    claims.map((store) => {
      const singleUse = { claims: store, ...(names === undefined ? {} : { names }) };
      const requestState = createRequestState({
        key: KEY,
        singleUse,
        onEvent: (event) => events.push(event),
      });
      return createModernClient(() => createPublishServer(requestState, effects));
    }),
  );
  closing.push(() => Promise.all(peers.map((peer) => peer.close())));
  let turn = 0;
  return {
    effects,
    events,
    post: async (params) => {
      const peer = peers[turn++ % peers.length];
      if (peer === undefined) throw new Error('no process');
      return peer.post('tools/call', params);
    },
  };
}

function stateOf(answer: JsonRpcAnswer): unknown {
  return answer.result?.['requestState'];
}

function reasons(events: readonly RoundEvent[]): unknown[] {
  return events.flatMap((event) => (event.type === 'rejected' ? [event.reason] : []));
}

async function postgresClaims(): Promise<readonly ClaimStore[]> {
  const database = new PGlite();
  atTheEnd.push(() => database.close());
  const claims = sqlClaims({
    dialect: 'postgres',
    run: async (statement, parameters) =>
      (await database.query(statement, [...parameters])).affectedRows ?? 0,
  });
  await claims.prepare();
  return [claims, claims];
}

async function sqliteClaims(): Promise<readonly ClaimStore[]> {
  const directory = mkdtempSync(join(tmpdir(), 'mrtr-claims-'));
  atTheEnd.push(async () => rmSync(directory, { recursive: true }));
  return Promise.all(
    [1, 2].map(async () => {
      const database = new sqlite.Database(join(directory, 'claims.db'));
      atTheEnd.push(async () => database.close());
      const claims = sqlClaims({
        dialect: 'sqlite',
        run: async (statement, parameters) => database.run(statement, [...parameters]).changes,
      });
      await claims.prepare();
      return claims;
    }),
  );
}

async function realRedisClaims(): Promise<readonly ClaimStore[]> {
  const redis = await startRedis();
  atTheEnd.push(() => redis.stop());
  return Promise.all(
    [1, 2].map(async () => {
      const client = createClient({ url: redis.url });
      await client.connect();
      atTheEnd.push(async () => client.destroy());
      return redisClaims(client);
    }),
  );
}

const stores: [string, () => Promise<readonly ClaimStore[]>][] = [
  ['memory', async () => [memoryClaims()]],
  ['PostgreSQL', postgresClaims],
  ['SQLite', sqliteClaims],
  ...(hasRedis ? [['Redis', realRedisClaims] as [string, () => Promise<readonly ClaimStore[]>]] : []),
];

describe.each(stores)('claims in %s', (_name, open) => {
  let claims: readonly ClaimStore[];
  beforeAll(async () => {
    claims = await open();
  });

  test('of requests that come at the same time exactly one enters the handler', async () => {
    const { post, effects, events } = await fleet(claims);
    const first = await post(CALL);
    const second = await post({ ...CALL, inputResponses: CHOICE, requestState: stateOf(first) });
    const last = { ...CALL, inputResponses: SURE, requestState: stateOf(second) };
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(last)));
    expect(answers.filter(({ result }) => result !== undefined)).toHaveLength(1);
    const codes = answers.flatMap(({ error }) => (error === undefined ? [] : [error.code]));
    expect(codes).toEqual(Array.from({ length: 19 }, () => -32602));
    expect(effects).toEqual(['load left-pad', 'publish left-pad@2.0.0']);
    expect(reasons(events)).toEqual(Array.from({ length: 19 }, () => 'replayed'));
  });

  test('a round that was answered, and the rounds before it, are not answered again', async () => {
    const { post, effects } = await fleet(claims);
    const first = await post(CALL);
    const answered = { ...CALL, inputResponses: CHOICE, requestState: stateOf(first) };
    const second = await post(answered);
    expect((await post(answered)).error).toMatchObject({ code: -32602 });
    const last = { ...CALL, inputResponses: SURE, requestState: stateOf(second) };
    expect((await post(last)).result).toMatchObject({ content: [{ text: 'published left-pad@2.0.0' }] });
    expect((await post(answered)).error).toMatchObject({ code: -32602 });
    expect((await post(last)).error).toMatchObject({ code: -32602 });
    expect(effects).toEqual(['load left-pad', 'publish left-pad@2.0.0']);
  });
});

test('asking again does not use a round up, and makes no second life for it', async () => {
  const { post, effects } = await fleet([memoryClaims()]);
  const first = await post(CALL);
  const again = await post({ ...CALL, inputResponses: {}, requestState: stateOf(first) });
  const answered = (state: unknown) => ({ ...CALL, inputResponses: CHOICE, requestState: state });
  expect((await post(answered(stateOf(again)))).result).toMatchObject({ resultType: 'input_required' });
  expect((await post(answered(stateOf(first)))).error).toMatchObject({ code: -32602 });
  expect(effects).toEqual(['load left-pad']);
});

test('a claim outlives every state of its round', async () => {
  let now = 1_000_000_000_000;
  const claims = memoryClaims(() => now);
  const effects: string[] = [];
  const requestState = createRequestState({ key: KEY, singleUse: { claims }, now: () => now });
  const peer = await createModernClient(() => createPublishServer(requestState, effects));
  closing.push(() => peer.close());
  const post = (params: object) => peer.post('tools/call', { ...CALL, ...params });
  let state = stateOf(await post({}));
  await post({ inputResponses: CHOICE, requestState: state });
  for (let time = 0; time < 5; time++) {
    now += 599_000;
    state = stateOf(await post({ inputResponses: {}, requestState: state }));
    expect(state).toBeTypeOf('string');
  }
  now += 599_000;
  expect((await post({ inputResponses: CHOICE, requestState: state })).error).toMatchObject({ code: -32602 });
  now += 1_000_000;
  expect(await claims.claim('other', 1)).toBe(true);
});

test('single use is for the tools that are named', async () => {
  const { post } = await fleet([memoryClaims()], ['publish']);
  const twice = async (name: string): Promise<unknown[]> => {
    const call = { ...CALL, name };
    const requestState = stateOf(await post(call));
    const answered = { ...call, inputResponses: CHOICE, requestState };
    return [(await post(answered)).error?.code, (await post(answered)).error?.code];
  };
  expect(await twice('publish')).toEqual([undefined, -32602]);
  expect(await twice('publish-twin')).toEqual([undefined, undefined]);
});

test('when claims cannot be made nothing runs, and the round is not lost', async () => {
  const claims = memoryClaims();
  let isUp = false;
  const flaky: ClaimStore = {
    claim: async (id, ttl) => {
      if (!isUp) throw new Error('down');
      return claims.claim(id, ttl);
    },
  };
  const { post, effects } = await fleet([flaky]);
  const requestState = stateOf(await post(CALL));
  const answered = { ...CALL, inputResponses: CHOICE, requestState };
  expect((await post(answered)).error).toMatchObject({
    code: -32603,
    data: { reason: 'state_store_unavailable' },
  });
  isUp = true;
  expect((await post(answered)).result).toMatchObject({ resultType: 'input_required' });
  expect(effects).toEqual(['load left-pad']);
});

test('SQL: claims that are over are swept, and a table name is no place for SQL', async () => {
  let now = 0;
  const database = new sqlite.Database(':memory:');
  atTheEnd.push(async () => database.close());
  const claims = sqlClaims({
    dialect: 'sqlite',
    table: 'app_claims',
    now: () => now,
    run: async (statement, parameters) => database.run(statement, [...parameters]).changes,
  });
  await claims.prepare();
  await claims.prepare();
  await claims.claim('a', 10);
  await claims.claim('b', 20);
  now = 10;
  expect(await claims.sweep()).toBe(1);
  expect(await claims.claim('b', 20)).toBe(false);
  const run = async (): Promise<number> => 0;
  expect(() => sqlClaims({ dialect: 'sqlite', run, table: 'x; DROP TABLE y' })).toThrow(RangeError);
});

/** A compiled server whose tool asks one question. */
async function compiledPeer(
  version: string,
  message: string,
  options: { readonly claims: ClaimStore; readonly onEvent: (event: RoundEvent) => void },
): Promise<ModernClient> {
  const text = `import { McpServer } from '@modelcontextprotocol/server';
import { resumable } from 'mrtr/runtime';
export function createServer(requestState) {
  const server = requestState.protect(new McpServer({ name: 's', version: '1' }, { requestState }));
  server.registerTool('run', {}, resumable(async (ctx) => {
    const requestedSchema = { type: 'object', properties: { ok: { type: 'boolean' } } };
    const sure = await ctx.mcpReq.elicitInput({ message: '${message}', requestedSchema });
    return { content: [{ type: 'text', text: sure.action }] };
  }));
  return server;
}`;
  const { createServer } = await loadCompiledTexts(`single-use-${version}`, { 'server.ts': text });
  const { claims, onEvent } = options;
  const requestState = createRequestState({ key: KEY, singleUse: { claims }, onEvent });
  const create = createServer as unknown as (state: RequestState) => McpServer;
  const peer = await createModernClient(() => create(requestState));
  closing.push(() => peer.close());
  return peer;
}

test('a state of another version of a compiled handler is refused and can still be used by its own', async () => {
  const claims = memoryClaims();
  const events: RoundEvent[] = [];
  const shared = { claims, onEvent: (event: RoundEvent) => events.push(event) };
  const [older, newer] = await Promise.all([
    compiledPeer('older', 'Sure?', shared),
    compiledPeer('newer', 'Really?', shared),
  ]);
  const call = { name: 'run', arguments: {} };
  const requestState = stateOf(await older.post('tools/call', call));
  const answered = { ...call, requestState, inputResponses: { sure: accept({ ok: true }) } };
  expect((await newer.post('tools/call', answered)).error).toMatchObject({ code: -32602 });
  expect((await older.post('tools/call', answered)).result).toMatchObject({ content: [{ text: 'accept' }] });
  expect((await older.post('tools/call', answered)).error).toMatchObject({ code: -32602 });
  expect(reasons(events)).toEqual(['other-version', 'replayed']);
});
