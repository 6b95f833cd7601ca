import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';

import { McpServer } from '@modelcontextprotocol/server';
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import { expect, it } from 'vitest';

import { connectStdio } from '../../runtime/connect-stdio.ts';

type Message = Record<string, unknown>;

interface Wire {
  readonly transport: StdioServerTransport;
  readonly input: PassThrough;
  send(message: Message): void;
  next(): Promise<Message>;
}

function createWire(): Wire {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const lines = createInterface({ input: output })[Symbol.asyncIterator]();
  return {
    transport: new StdioServerTransport(input, output),
    input,
    send: (message) => void input.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`),
    next: async () => JSON.parse((await lines.next()).value as string) as Message,
  };
}

function createServer(): McpServer {
  const server = new McpServer(
    { name: 'one', version: '1', title: 'One' },
    { capabilities: { logging: {} }, instructions: 'Use it.' },
  );
  server.registerTool('ping', {}, () => ({ content: [{ type: 'text', text: 'pong' }] }));
  return server;
}

const _meta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'c', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};
const DISCOVER = { id: 1, method: 'server/discover', params: { _meta } };
const INITIALIZE = {
  id: 2,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'c', version: '1' } },
};
const call = (params: Message = {}): Message => ({
  id: 3,
  method: 'tools/call',
  params: { name: 'ping', arguments: {}, ...params },
});
const PONG = { id: 3, result: { content: [{ text: 'pong' }] } };

it('serves either era with the one server, whichever the first message is of', async () => {
  const [legacy, modern] = [createWire(), createWire()];
  await connectStdio(createServer(), legacy.transport);
  await connectStdio(createServer(), modern.transport);
  legacy.send(INITIALIZE);
  expect(await legacy.next()).toMatchObject({ result: { serverInfo: { name: 'one' } } });
  legacy.send(call());
  expect(await legacy.next()).toMatchObject(PONG);
  modern.send(call({ _meta }));
  expect(await modern.next()).toMatchObject(PONG);
});

it('answers what the server is as serveStdio does, and then serves a client of either era', async () => {
  const reference = createWire();
  serveStdio(createServer, { transport: reference.transport });
  reference.send(DISCOVER);
  const discovered = await reference.next();
  expect(discovered).toHaveProperty('result.instructions', 'Use it.');
  for (const [message, answer] of [
    [INITIALIZE, { id: 2, result: { protocolVersion: '2025-11-25' } }],
    [call({ _meta }), PONG],
  ] as const) {
    const wire = createWire();
    const server = createServer();
    let isClosed = false;
    Object.assign(server.server, { onclose: () => (isClosed = true) });
    await connectStdio(server, wire.transport);
    wire.send(DISCOVER);
    expect(await wire.next()).toEqual(discovered);
    wire.send(message);
    expect(await wire.next()).toMatchObject(answer);
    expect(isClosed).toBe(false);
    wire.input.end();
    await once(wire.input, 'end');
    expect(isClosed).toBe(true);
  }
});

it('keeps what is announced before there is a client for one of the legacy era', async () => {
  for (const [message, expected] of [
    [INITIALIZE, [{ method: 'notifications/message' }, { id: 2 }]],
    [call({ _meta }), [PONG]],
  ] as const) {
    const wire = createWire();
    const server = createServer();
    await connectStdio(server, wire.transport);
    expect(server.isConnected()).toBe(true);
    await server.sendLoggingMessage({ level: 'info', data: 'started' });
    wire.send(message);
    for (const one of expected) expect(await wire.next()).toMatchObject(one);
  }
});

it('closes a server that no client has spoken to, with its transport', async () => {
  const { transport, input } = createWire();
  const server = createServer();
  const closed: string[] = [];
  Object.assign(transport, { onclose: () => closed.push('transport') });
  Object.assign(server.server, { onclose: () => closed.push('server') });
  await connectStdio(server, transport);
  await server.close();
  expect(closed).toEqual(['transport', 'server']);
  expect(server.isConnected()).toBe(false);
  expect(input.listenerCount('data')).toBe(0);
});

it('refuses a server that is connected, and fails as its transport does', async () => {
  const server = createServer();
  const { transport } = createWire();
  await connectStdio(server, transport);
  await expect(connectStdio(server, createWire().transport)).rejects.toThrow('already connected');
  await expect(connectStdio(createServer(), transport)).rejects.toThrow('already started');
});

it('connects the double of a server in a test as the program did before', async () => {
  const connected: unknown[] = [];
  const double = { connect: (transport: unknown) => Promise.resolve(connected.push(transport)), server: {} };
  const transport = {};
  await connectStdio(double as never, transport as never);
  expect(connected).toEqual([transport]);
});
