import { Client, InMemoryTransport } from '@modelcontextprotocol/client';
import { McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { expect, test } from 'vitest';

import { createRequestState } from '../../runtime/index.ts';

const requestState = createRequestState({ key: 'k'.repeat(32) });

function createServer(): McpServer {
  const server = requestState.protect(new McpServer({ name: 'facts', version: '1.0.0' }, { requestState }));
  server.registerTool('facts', { description: 'What the server knows of its client' }, async () => {
    const known = [server.server.getClientCapabilities(), server.server.getClientVersion()?.name];
    return { content: [{ type: 'text', text: JSON.stringify(known) }] };
  });
  return server;
}

test.each([{ pin: '2026-07-28' }, 'legacy'] as const)(
  'a server over stdio knows its client: %o',
  async (mode) => {
    const [here, there] = InMemoryTransport.createLinkedPair();
    serveStdio(createServer, { transport: there });
    const client = new Client(
      { name: 'asker', version: '1.0.0' },
      { capabilities: { roots: {} }, versionNegotiation: { mode } },
    );
    await client.connect(here);
    const { content } = await client.callTool({ name: 'facts' });
    expect(content).toEqual([{ type: 'text', text: '[{"roots":{}},"asker"]' }]);
    await client.close();
  },
);

test.each([
  ['without the methods that requests go through', {}],
  ['that registers handlers and knows no client', { setRequestHandler: () => {} }],
])('the double of a server in a test, %s, is left to the test', (_, server) => {
  const double = { server, registerTool: () => {} };
  expect(requestState.protect(double as never)).toBe(double);
});
