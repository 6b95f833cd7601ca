/**
 * `npm run bench:rounds`: what one round of a compiled handler costs (open, restore, run, seal) against the same handler
 * written by hand as a switch over steps with the SDK's codec; and what a user who is being asked costs the server,
 * against an await-style handler parked in a session. Contenders take short turns, so that other load hits all of them.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { Client } from '@modelcontextprotocol/client';
import { createMcpHandler, InMemoryTransport, type McpServer } from '@modelcontextprotocol/server';

import { compile } from '../engine/compiled/compile.ts';

const MODERN = '2026-07-28';
const ROUNDS = 20;
const REPEATS = 150;
/** The first turns only make the engine compile the code. */
const WARMUP = 30;
const WAITING = 10_000;

interface ServerModule {
  readonly createServer: () => McpServer;
}

interface Exchange {
  readonly result: {
    readonly requestState?: string;
    readonly inputRequests?: object;
    readonly content?: unknown;
  };
}

const folder = new URL('rounds/', import.meta.url);

/** The await-style server of this bench, compiled into a file beside it that git ignores. */
async function loadCompiled(): Promise<ServerModule> {
  const { code, diagnostics } = compile(readFileSync(new URL('resumable-server.ts', folder), 'utf8'), {
    filename: 'resumable-server.ts',
  });
  if (diagnostics.length > 0) throw new Error(JSON.stringify(diagnostics));
  const target = new URL('.work/compiled-server.ts', folder);
  mkdirSync(new URL('.', target), { recursive: true });
  writeFileSync(target, code.replaceAll("'mrtr/runtime'", "'../../../dist/runtime/index.js'"));
  return (await import(pathToFileURL(fileURLToPath(target)).href)) as ServerModule;
}

/** Sends one request by hand to a new server, as a stateless deployment does. */
function poster({ createServer }: ServerModule): (params: object) => Promise<Exchange> {
  const handler = createMcpHandler(createServer, { onerror: (error) => console.error(error) });
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': MODERN,
    'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '0' },
    'io.modelcontextprotocol/clientCapabilities': { elicitation: { form: {} } },
  };
  return async (params) => {
    const body = JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'order', arguments: { item: 'tea' }, ...params, _meta },
    });
    const headers = {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': MODERN,
      'mcp-method': 'tools/call',
      'mcp-name': String(Reflect.get(params, 'name') ?? 'order'),
    };
    const response = await handler.fetch(
      new Request('http://bench.test/mcp', { method: 'POST', headers, body }),
    );
    return (await response.json()) as Exchange;
  };
}

/** The request of the second round: what it answers is what the first round asked. */
async function secondRound(post: (params: object) => Promise<Exchange>): Promise<object> {
  const { result } = await post({});
  const answer = { action: 'accept', content: { size: 'large', count: 3 } };
  const keys = Object.keys(result.inputRequests ?? {});
  return {
    requestState: result.requestState,
    inputResponses: Object.fromEntries(keys.map((key) => [key, answer])),
  };
}

/** Of one round, in microseconds. Other load on the machine hits the CPU time less. */
interface Cost {
  readonly wall: number;
  readonly cpu: number;
}

async function measure(run: () => Promise<unknown>): Promise<Cost> {
  const cpu = process.cpuUsage();
  const began = performance.now();
  for (let round = 0; round < ROUNDS; round++) await run();
  const wall = ((performance.now() - began) * 1000) / ROUNDS;
  const { user, system } = process.cpuUsage(cpu);
  return { wall, cpu: (user + system) / ROUNDS };
}

function median(costs: readonly Cost[]): Cost {
  const middle = (values: readonly number[]): number =>
    values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
  return { wall: middle(costs.map(({ wall }) => wall)), cpu: middle(costs.map(({ cpu }) => cpu)) };
}

async function benchRounds(servers: Readonly<Record<string, ServerModule>>): Promise<void> {
  const contenders = await Promise.all(
    Object.entries(servers).map(async ([name, server]) => {
      const post = poster(server);
      const second = await secondRound(post);
      const state = String((await post(second)).result.requestState);
      return { name, post, second, state, rounds: [] as Cost[], idle: [] as Cost[] };
    }),
  );
  for (let repeat = 0; repeat <= WARMUP + REPEATS; repeat++) {
    for (const { post, second, rounds, idle } of contenders) {
      const round = await measure(() => post(second));
      const nothing = await measure(() => post({ name: 'ping_tool', arguments: {} }));
      if (repeat < WARMUP) continue;
      rounds.push(round);
      idle.push(nothing);
    }
  }
  const results = contenders.map(({ name, state, rounds, idle }) => {
    const [whole, nothing] = [median(rounds), median(idle)];
    return {
      name,
      state: state.length,
      whole,
      own: { wall: whole.wall - nothing.wall, cpu: whole.cpu - nothing.cpu },
    };
  });
  const byHand = results.find(({ name }) => name === 'by hand');
  if (byHand === undefined) throw new Error('there is nothing to compare with');
  const ratio = (value: number, reference: number): string =>
    `${value.toFixed(0).padStart(5)} ${(value / reference).toFixed(2)}x`;
  console.log(
    '\na round in the middle of a flow, through createMcpHandler (µs; "own": less a tool that does nothing)',
  );
  for (const { name, state, whole, own } of results) {
    const times = `own ${ratio(own.wall, byHand.own.wall)}  own CPU ${ratio(own.cpu, byHand.own.cpu)}  whole ${ratio(whole.wall, byHand.whole.wall)}`;
    console.log(`${name.padEnd(10)} ${times}  state ${ratio(state, byHand.state)} characters`);
  }
}

function heap(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

async function benchWaiting(compiled: ServerModule, parked: ServerModule): Promise<void> {
  const post = poster(compiled);
  await post({});
  const before = heap();
  const states: string[] = [];
  for (let user = 0; user < WAITING; user++)
    states.push(String((await post({})).result.requestState).slice(0, 0));
  const after = heap();
  const sessions: unknown[] = [];
  const beforeParked = heap();
  for (let user = 0; user < WAITING / 10; user++) sessions.push(await parkedSession(parked));
  const afterParked = heap();
  const each = (bytes: number, users: number): string =>
    `${Math.max(0, bytes / users / 1024).toFixed(2)} KiB`;
  console.log(`\nmemory of the server per user who is being asked`);
  console.log(`compiled            ${each(after - before, WAITING)}  (${WAITING} users)`);
  console.log(
    `parked in a session ${each(afterParked - beforeParked, WAITING / 10)}  (${WAITING / 10} users, client included)`,
  );
  states.length = 0;
  sessions.length = 0;
}

/** A session whose handler awaits an answer that does not come. */
async function parkedSession({ createServer }: ServerModule): Promise<unknown> {
  const server = createServer();
  const [forServer, forClient] = InMemoryTransport.createLinkedPair();
  const client = new Client(
    { name: 'bench', version: '0' },
    { capabilities: { elicitation: { form: {} } }, versionNegotiation: { mode: 'legacy' } },
  );
  const asked = new Promise<void>((resolve) => {
    client.setRequestHandler('elicitation/create', () => {
      resolve();
      return new Promise<never>(() => {});
    });
  });
  await server.connect(forServer);
  await client.connect(forClient);
  void client.callTool({ name: 'order', arguments: { item: 'tea' } }).catch(() => {});
  await asked;
  return [server, client];
}

const compiled = await loadCompiled();
const byHand = (await import('./rounds/server-by-hand.ts')) as ServerModule;
const source = (await import('./rounds/resumable-server.ts')) as ServerModule;
await benchRounds({ compiled, 'by hand': byHand });
await benchWaiting(compiled, source);
process.exit(0);
