import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { createMcpHandler, InMemoryServerEventBus, McpServer } from '@modelcontextprotocol/server';
import { expect, onTestFinished, test, vi } from 'vitest';

import { announceChanges } from '../../runtime/announce-changes.ts';

/** A server of one request: what it changes is told through its own methods, as in the legacy era. */
function createServer(): McpServer {
  const capabilities = { resources: { subscribe: true, listChanged: true }, prompts: {}, logging: {} };
  const server = new McpServer({ name: 'shelf', version: '1.0.0' }, { capabilities });
  const draft = server.registerTool('draft', {}, () => ({ content: [] }));
  const review = server.registerPrompt('review', {}, () => ({ messages: [] }));
  const list = server.registerResource('list', 'shelf://list', {}, () => ({ contents: [] }));
  server.registerTool('change', {}, async (ctx) => {
    draft.disable();
    review.update({ title: 'Review' });
    list.disable();
    await server.server.sendResourceUpdated({ uri: 'shelf://list' });
    await ctx.mcpReq.log('info', 'changed');
    return { content: [] };
  });
  return server;
}

async function listen(connected: (bus: InMemoryServerEventBus) => McpServer): Promise<readonly string[]> {
  const bus = new InMemoryServerEventBus();
  const handler = createMcpHandler(() => connected(bus), { bus });
  const client = new Client(
    { name: 'reader', version: '1.0.0' },
    { versionNegotiation: { mode: { pin: '2026-07-28' } } },
  );
  const fetch = (url: string | URL, init?: RequestInit): Promise<Response> =>
    handler.fetch(new Request(url, init));
  await client.connect(new StreamableHTTPClientTransport(new URL('http://localhost/mcp'), { fetch }));
  onTestFinished(() => client.close());
  const heard: string[] = [];
  client.fallbackNotificationHandler = async ({ method, params }) => {
    const uri = params?.['uri'];
    heard.push(typeof uri === 'string' ? `${method} ${uri}` : method);
  };
  await client.listen({
    toolsListChanged: true,
    promptsListChanged: true,
    resourcesListChanged: true,
    resourceSubscriptions: ['shelf://list'],
  });
  await client.callTool({ name: 'change' });
  return heard;
}

test('what a server of one request announces reaches those who listen', async () => {
  const heard = await listen((bus) => announceChanges(bus, createServer()));
  await vi.waitFor(() =>
    expect([...heard].sort()).toEqual([
      'notifications/prompts/list_changed',
      'notifications/resources/list_changed',
      'notifications/resources/updated shelf://list',
      'notifications/tools/list_changed',
    ]),
  );
});

test('without it nobody hears', async () => {
  const heard = await listen(createServer);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(heard).toEqual([]);
});
