/**
 * `npm run bench:rounds`: what one round of a compiled handler costs (open, restore, run, seal) against the same handler
 * written by hand as a switch over steps with the SDK's codec; and what a user who is being asked costs the server,
 * against an await-style handler parked in a session. Contenders take short turns, so that other load hits all of them.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { Client } from '@modelcontextprotocol/client';
import { createMcpHandler, InMemoryTransport, type McpServer } from '@modelcontextprotocol/server';

import { compile } from '../engine/compiled/compile.ts';

const MODERN = '2026-07-28';
const ROUNDS = 12;
const REPEATS = 250;
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

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

interface Turn {
  readonly whole: Cost;
  /** Less a tool that does nothing. */
  readonly own: Cost;
}

/** One turn of a contender: its rounds, between calls of a tool that does nothing, so that slow changes of load cancel. */
async function takeTurn(post: (params: object) => Promise<Exchange>, second: object): Promise<Turn> {
  const idle = (): Promise<unknown> => post({ name: 'ping_tool', arguments: {} });
  const before = await measure(idle);
  const whole = await measure(() => post(second));
  const after = await measure(idle);
  const less = (kind: keyof Cost): number => whole[kind] - (before[kind] + after[kind]) / 2;
  return { whole, own: { wall: less('wall'), cpu: less('cpu') } };
}

async function benchRounds(servers: Readonly<Record<string, ServerModule>>): Promise<void> {
  const contenders = await Promise.all(
    Object.entries(servers).map(async ([name, server]) => {
      const post = poster(server);
      const second = await secondRound(post);
      const state = String((await post(second)).result.requestState);
      return { name, post, second, state, turns: [] as Turn[] };
    }),
  );
  for (let repeat = -WARMUP; repeat < REPEATS; repeat++) {
    // Nobody always comes first.
    for (const { post, second, turns } of repeat % 2 === 0 ? contenders : contenders.toReversed()) {
      const turn = await takeTurn(post, second);
      if (repeat >= 0) turns.push(turn);
    }
  }
  const byHand = contenders.find(({ name }) => name === 'by hand');
  if (byHand === undefined) throw new Error('there is nothing to compare with');
  console.log(
    '\na round in the middle of a flow, through createMcpHandler: medians of turns in µs, and of the ratios of neighbouring turns',
  );
  for (const { name, state, turns } of contenders) {
    const figure = (cost: (turn: Turn) => number): string => {
      const ratios = turns.map((turn, index) => cost(turn) / cost(byHand.turns[index] ?? turn));
      return `${median(turns.map(cost)).toFixed(0).padStart(5)} ${median(ratios).toFixed(2)}x`;
    };
    const times = [
      `own wall ${figure(({ own }) => own.wall)}  own CPU ${figure(({ own }) => own.cpu)}`,
      `whole wall ${figure(({ whole }) => whole.wall)}  whole CPU ${figure(({ whole }) => whole.cpu)}`,
    ];
    const size = `${state.length} ${(state.length / byHand.state.length).toFixed(2)}x characters`;
    console.log(`${name.padEnd(10)} ${times.join('  ')}  state ${size}`);
  }
  console.log('own: less a tool that does nothing; CPU: of all threads of the process, the collector too');
}

/** Bytes in use. What a timer or a weak reference still holds for this turn of the event loop is not counted. */
async function heap(): Promise<number> {
  await setTimeout(0);
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

async function benchWaiting(compiled: ServerModule, parked: ServerModule): Promise<void> {
  const post = poster(compiled);
  await post({});
  const before = await heap();
  const states: string[] = [];
  for (let user = 0; user < WAITING; user++)
    states.push(String((await post({})).result.requestState).slice(0, 0));
  const after = await heap();
  const sessions: unknown[] = [];
  const beforeParked = await heap();
  for (let user = 0; user < WAITING / 10; user++) sessions.push(await parkedSession(parked));
  const afterParked = await heap();
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
