import { createMcpHandler } from '@modelcontextprotocol/server';
import type { Transport } from '@modelcontextprotocol/server';
import * as z from 'zod';

import { loadServer } from './load-modules.ts';
import type { ModuleBody, ServerFactory } from './load-modules.ts';
import type { JsonRpcMessage, ServerEvent, ServerOptions } from './messages.ts';
import { MODERN } from './messages.ts';

/** The part of a worker's global scope that is used here; the DOM's types know only that of a page. */
interface WorkerScope {
  process?: { readonly env: Readonly<Record<string, string>> };
  /** Called by the last line of the script, which the page adds. */
  serve?: (options: ServerOptions, modules: Readonly<Record<string, ModuleBody>>) => void;
  postMessage(event: ServerEvent): void;
  addEventListener(type: 'message', listener: (event: { readonly data: JsonRpcMessage }) => void): void;
}

const scope = globalThis as unknown as WorkerScope;

scope.serve = (options, modules) => {
  // The page forbids the making of code from text, which zod would try.
  z.config({ jitless: true });
  scope.process = { env: { MRTR_STATE_KEY: options.stateKey } };
  forwardLog();
  start(options, modules).then(
    () => scope.postMessage({ kind: 'ready' }),
    (error: unknown) => scope.postMessage({ kind: 'failed', reason: String(error) }),
  );
};

async function start({ era }: ServerOptions, modules: Readonly<Record<string, ModuleBody>>): Promise<void> {
  const factory = await loadServer(modules);
  if (era === 'modern') serveRequests(factory);
  else await serveSession(factory);
}

/** Each request over HTTP as the SDK serves it, with a server of its own. */
function serveRequests(factory: ServerFactory): void {
  const handler = createMcpHandler(factory as Parameters<typeof createMcpHandler>[0], { onerror: logError });
  scope.addEventListener('message', ({ data }) => {
    handler
      .fetch(toHttp(data))
      .then(messagesOf)
      .then(
        (messages) => messages.forEach((message) => scope.postMessage({ kind: 'message', message })),
        (error: unknown) => scope.postMessage({ kind: 'failed', reason: String(error) }),
      );
  });
}

function toHttp(message: JsonRpcMessage): Request {
  const { method = '', params = {} } = message;
  const name = params['name'] ?? params['uri'];
  return new Request('http://localhost/mcp', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': MODERN,
      'mcp-method': method,
      ...(typeof name === 'string' ? { 'mcp-name': name } : {}),
    },
    body: JSON.stringify(message),
  });
}

/** A response is one message, or a stream of events where the handler notifies. */
async function messagesOf(response: Response): Promise<readonly JsonRpcMessage[]> {
  const text = await response.text();
  if (response.headers.get('content-type')?.includes('event-stream') !== true)
    return [JSON.parse(text) as JsonRpcMessage];
  return [...text.matchAll(/^data: ?(.+)$/gm)].map(([, data = '']) => JSON.parse(data) as JsonRpcMessage);
}

/** One session, as over stdio. */
async function serveSession(factory: ServerFactory): Promise<void> {
  const server = await factory();
  const transport: Transport = {
    start: () => Promise.resolve(),
    send: (message) => {
      scope.postMessage({ kind: 'message', message: message as JsonRpcMessage });
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
  await server.connect(transport);
  scope.addEventListener('message', ({ data }) =>
    transport.onmessage?.(data as Parameters<NonNullable<Transport['onmessage']>>[0]),
  );
}

function logError(error: Error): void {
  scope.postMessage({ kind: 'log', text: error.message });
}

/** What the server prints is shown beside the round in which it does. */
function forwardLog(): void {
  const print = (...values: readonly unknown[]): void => {
    const text = values.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join(' ');
    scope.postMessage({ kind: 'log', text });
  };
  Object.assign(console, { debug: print, error: print, info: print, log: print, warn: print });
}
