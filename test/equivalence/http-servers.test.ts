import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect, onTestFinished, test } from 'vitest';

import { behave } from '../harness/behaviours.ts';
import { createHttpClient } from '../harness/scripted-client.ts';

/** Migrated HTTP servers, each listening in a process of its own, with the official client in both eras. */
const root = fileURLToPath(new URL('../../fixtures/servers', import.meta.url));
const serveFetch = fileURLToPath(new URL('../harness/serve-fetch.ts', import.meta.url));

/** Starts a fixture's server; returns its URL. */
async function start(path: string): Promise<string> {
  const file = join(root, path);
  const port = await freePort();
  const isFetch = readFileSync(file, 'utf8').includes('export default');
  const args = ['--import', 'tsx', ...(isFetch ? [serveFetch] : []), file];
  const env = {
    ...process.env,
    PORT: String(port),
    MRTR_STATE_KEY: 'a key for tests, thirty-two bytes or more',
  };
  const child = spawn(process.execPath, args, { env, stdio: 'ignore' });
  onTestFinished(() => void child.kill());
  const url = `http://127.0.0.1:${port}/mcp`;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`${path} ended with ${child.exitCode}`);
    const answer = await fetch(url).catch(() => undefined);
    if (answer !== undefined) return url;
    await new Promise((done) => setTimeout(done, 50));
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

interface Recorded {
  readonly results: readonly unknown[];
  readonly asked: readonly unknown[];
}

async function record(
  url: string,
  era: 'legacy' | 'modern',
  args: Record<string, unknown>,
  headers: Record<string, string> = {},
): Promise<Recorded> {
  const peer = await createHttpClient(url, era, { answers: behave(['accept', 'decline']), headers });
  const { tools } = await peer.client.listTools();
  const results: unknown[] = [];
  for (const { name } of [...tools, ...tools]) {
    const { content, isError } = await peer.client.callTool({ name, arguments: args });
    results.push(isError === true ? { isError } : (content as readonly { readonly text: string }[])[0]?.text);
  }
  const asked = peer.asked.map(({ params }) => params['message']);
  await peer.close();
  return { results, asked };
}

test('Express with sessions: clients of both eras get what the original gave', async () => {
  const original = await record(await start('http-express-sessions/input/server.ts'), 'legacy', { id: 'T1' });
  const url = await start('http-express-sessions/expected/server.ts');
  expect(original.results).toEqual(['T1 closed: something', 'T1 stays open']);
  expect(await record(url, 'modern', { id: 'T1' })).toEqual(original);
  expect((await record(url, 'legacy', { id: 'T1' })).asked).toEqual(original.asked);
});

test('Express with SSE: the new endpoint gives what the old one gave, and lets nobody else in', async () => {
  const headers = { authorization: 'Bearer secret' };
  const sseOf = (url: string): string => new URL('/sse', url).href;
  const input = await start('http-express-sse/input/server.ts');
  const original = await record(sseOf(input), 'legacy', { id: 'T1' }, headers);
  const url = await start('http-express-sse/expected/server.ts');
  expect(original.results).toEqual(['T1 closed: something', 'T1 stays open']);
  expect(await record(sseOf(url), 'legacy', { id: 'T1' }, headers)).toEqual(original);
  expect(await record(url, 'modern', { id: 'T1' }, headers)).toEqual(original);
  const refused = async (given: Record<string, string>): Promise<number> =>
    (await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...given } })).status;
  expect(await refused({})).toBe(401);
  expect(await refused({ ...headers, origin: 'https://other.example' })).toBe(403);
});

// Without sessions a server could not ask before: the answer would have reached another instance.
test.each([
  ['http-hono', { formal: true }, ['Good day, something', 'Good day, stranger']],
  ['http-worker', { seats: 2 }, ['booked', 'not booked']],
  ['http-fastify', { note: 'a' }, ['a: something', 'a: none']],
  ['http-singleton', {}, ['3', '3']],
  ['http-hosts', {}, ['3', '3']],
  ['http-of-request', { note: 'tea' }, ['nobody: tea, something', 'nobody: tea']],
] as const)('%s asks clients of the modern era', async (name, args, results) => {
  const url = await start(`${name}/expected/server.ts`);
  expect((await record(url, 'modern', args)).results).toEqual(results);
  const legacy = await createHttpClient(url, 'legacy');
  expect((await legacy.client.listTools()).tools).toHaveLength(1);
  await legacy.close();
});

test.each(['input', 'expected'])(
  'http-hosts (%s) refuses another host in the modern era',
  async (version) => {
    const url = await start(`http-hosts/${version}/server.ts`);
    const body = {
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/list',
      params: {
        _meta: {
          'io.modelcontextprotocol/protocolVersion': '2026-07-28',
          'io.modelcontextprotocol/clientInfo': { name: 'c', version: '1' },
          'io.modelcontextprotocol/clientCapabilities': {},
        },
      },
    };
    const headers = {
      host: 'other.example',
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/list',
    };
    const sent = request(url, { method: 'POST', headers }).end(JSON.stringify(body));
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    response.resume();
    expect(response.statusCode).toBe(403);
  },
);
