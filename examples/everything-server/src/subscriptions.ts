import type { McpServer } from '@modelcontextprotocol/server';

/** Remembers what the client of this connection watches. Nothing here changes by itself, so nobody is ever told. */
export function registerSubscriptions(server: McpServer): void {
  const watched = new Set<string>();
  server.server.setRequestHandler('resources/subscribe', async ({ params }) => {
    watched.add(params.uri);
    return {};
  });
  server.server.setRequestHandler('resources/unsubscribe', async ({ params }) => {
    watched.delete(params.uri);
    return {};
  });
}
