import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, type AuthInfo, type McpServer, type Server } from '@modelcontextprotocol/server';

import type { JsonRpcAnswer } from '../harness/scripted-client.ts';

const MODERN = '2026-07-28';
const EVERYTHING = { elicitation: { form: {}, url: {} }, sampling: {}, roots: {} };

type Params = Readonly<Record<string, unknown>>;

export interface HttpAnswer extends JsonRpcAnswer {
  readonly status: number;
  /** All of the body, to look for leaks. */
  readonly text: string;
}

export interface HttpServer {
  /** Sends one request of 2026-07-28 by hand. */
  readonly post: (
    method: string,
    params: Params,
    from?: { readonly user?: string; readonly capabilities?: object },
  ) => Promise<HttpAnswer>;
  close(): Promise<void>;
}

/** A server on a real port, whose users sign in with their names. */
export async function startHttpServer(factory: () => McpServer | Server): Promise<HttpServer> {
  const handler = toNodeHandler(createMcpHandler(factory, { onerror: () => {} }));
  const http = createServer((req: IncomingMessage & { auth?: AuthInfo }, res) => {
    const user = req.headers.authorization;
    if (user !== undefined) req.auth = { token: 't', clientId: 'app', scopes: [], extra: { sub: user } };
    void handler(req as Parameters<typeof handler>[0], res);
  }).listen(0, '127.0.0.1');
  await once(http, 'listening');
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`;
  return {
    async post(method, params, { user, capabilities = EVERYTHING } = {}) {
      const response = await fetch(url, {
        method: 'POST',
        headers: { ...headersOf(method, params), ...(user === undefined ? {} : { authorization: user }) },
        body: bodyOf(method, params, capabilities),
      });
      const text = await response.text();
      const answer = text.startsWith('{') ? (JSON.parse(text) as JsonRpcAnswer) : {};
      return { ...answer, status: response.status, text };
    },
    async close() {
      http.closeAllConnections();
      http.close();
      await once(http, 'close');
    },
  };
}

function headersOf(method: string, { name, uri }: Params): Record<string, string> {
  const target = name ?? uri;
  return {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    'mcp-protocol-version': MODERN,
    'mcp-method': method,
    ...(typeof target === 'string' ? { 'mcp-name': target } : {}),
  };
}

function bodyOf(method: string, params: Params, capabilities: object): string {
  const meta = {
    'io.modelcontextprotocol/protocolVersion': MODERN,
    'io.modelcontextprotocol/clientInfo': { name: 'by-hand', version: '0' },
    'io.modelcontextprotocol/clientCapabilities': capabilities,
  };
  return JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta: meta } });
}
