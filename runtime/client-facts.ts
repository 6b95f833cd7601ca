import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  type ClientCapabilities,
  type Implementation,
  type Server,
  type ServerContext,
} from '@modelcontextprotocol/server';

/**
 * What the client says of itself with each request of the modern era. `createMcpHandler` tells a server, `serveStdio`
 * does not (SDK 2.4): there `getClientCapabilities` and `getClientVersion` answer from the latest request of the connection.
 */
export class ClientFacts {
  #envelope: Readonly<Record<string, unknown>> = {};

  constructor(server: Server) {
    // The double of a server in a test may not have them.
    const known: Partial<Server> = server;
    const capabilities = known.getClientCapabilities?.bind(server);
    const version = known.getClientVersion?.bind(server);
    server.getClientCapabilities = () =>
      capabilities?.() ?? (this.#envelope[CLIENT_CAPABILITIES_META_KEY] as ClientCapabilities | undefined);
    server.getClientVersion = () =>
      version?.() ?? (this.#envelope[CLIENT_INFO_META_KEY] as Implementation | undefined);
  }

  learn({ mcpReq: { envelope } }: ServerContext): void {
    if (envelope !== undefined) this.#envelope = envelope;
  }
}
