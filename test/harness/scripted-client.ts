/**
 * The official client with scripted answers, against a server made by a factory.
 *
 *   const peer = await createModernClient(() => createServer(), { answers: { elicit: [accept({ name: 'a' }), decline()] } });
 *   const result = await peer.client.callTool({ name: 'greet', arguments: {} });
 *   peer.exchanges            // what went over HTTP, in order: params of each request, and the JSON-RPC response
 *   await peer.post('tools/call', { name: 'greet', arguments: {}, inputResponses, requestState }, { authInfo })
 *   await peer.close();
 *
 * `createModernClient` speaks 2026-07-28 (pinned) to `createMcpHandler`: the factory runs for every request, nothing is kept
 * in between. `post` sends one request by hand, as an attacker or a client without the SDK would.
 * `createLegacyClient` speaks 2025-11-25 over an in-memory session, where the SDK's shim or await-style asks serve the same server.
 * Answers are used up in order, per method; a function receives what was asked. Running out of answers fails the call.
 */
import {
  Client,
  SSEClientTransport,
  StreamableHTTPClientTransport,
  type ClientCapabilities,
  type ElicitResult,
} from '@modelcontextprotocol/client';
import { getDefaultEnvironment, StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import {
  createMcpHandler,
  InMemoryTransport,
  type AuthInfo,
  type McpServer,
  type Server,
} from '@modelcontextprotocol/server';

const MODERN = '2026-07-28';
/** More than any script has answers: what ends a flow under test is the script, not the client's limit. */
const MANY_ROUNDS = 100;

type Params = Record<string, unknown>;
export type Answer =
  Readonly<Record<string, unknown>> | ElicitResult | ((params: Params) => object | Promise<object>);

export interface Script {
  readonly elicit?: Iterable<Answer>;
  readonly sample?: Iterable<Answer>;
  readonly roots?: Iterable<Answer>;
}

export interface ScriptedOptions {
  readonly answers?: Script;
  /** Default: everything, both elicitation modes included. */
  readonly capabilities?: ClientCapabilities;
  readonly authInfo?: AuthInfo;
  /** Default: more than any script has answers. */
  readonly maxRounds?: number;
}

export interface JsonRpcAnswer {
  readonly result?: Params;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

export interface Exchange {
  readonly method: string;
  readonly params: Params;
  readonly response: JsonRpcAnswer;
}

export interface ScriptedClient {
  readonly client: Client;
  /** The questions the client was asked, in order. */
  readonly asked: readonly { readonly method: string; readonly params: Params }[];
  close(): Promise<void>;
}

export interface ModernClient extends ScriptedClient {
  readonly exchanges: readonly Exchange[];
  post(
    method: string,
    params: Params,
    options?: { readonly authInfo?: AuthInfo; readonly capabilities?: ClientCapabilities },
  ): Promise<JsonRpcAnswer>;
}

const EVERYTHING: ClientCapabilities = {
  elicitation: { form: {}, url: {} },
  sampling: { tools: {} },
  roots: {},
};

export async function createModernClient(
  factory: () => McpServer | Server,
  options: ScriptedOptions = {},
): Promise<ModernClient> {
  const handler = createMcpHandler(factory, { onerror: () => {} });
  const exchanges: Exchange[] = [];
  const send = async (request: Request, authInfo: AuthInfo | undefined): Promise<Response> => {
    const sent =
      request.method === 'POST'
        ? ((await request.clone().json()) as { method: string; params?: Params })
        : undefined;
    const response = await handler.fetch(request, authInfo === undefined ? {} : { authInfo });
    if (sent !== undefined && response.headers.get('content-type')?.includes('json') === true) {
      exchanges.push({
        method: sent.method,
        params: sent.params ?? {},
        response: (await response.clone().json()) as JsonRpcAnswer,
      });
    }
    return response;
  };
  const { client, asked } = scripted(options, { mode: { pin: MODERN } });
  const url = new URL('http://in-memory.test/mcp');
  const fetchInMemory = async (input: string | URL, init?: RequestInit): Promise<Response> =>
    send(new Request(input, init), options.authInfo);
  await client.connect(new StreamableHTTPClientTransport(url, { fetch: fetchInMemory }));

  return {
    client,
    asked,
    exchanges,
    async post(method, params, from = {}) {
      const { capabilities = options.capabilities ?? EVERYTHING, authInfo = options.authInfo } = from;
      const response = await send(new Request(url, handMadeRequest(method, params, capabilities)), authInfo);
      return (await response.json()) as JsonRpcAnswer;
    },
    async close() {
      await client.close();
      await handler.close();
    },
  };
}

export async function createLegacyClient(
  factory: () => McpServer | Server,
  options: ScriptedOptions = {},
): Promise<ScriptedClient> {
  const { client, asked } = scripted(options, { mode: 'legacy' });
  const server = factory();
  const [clientSide, serverSide] = InMemoryTransport.createLinkedPair();
  await server.connect(serverSide);
  await client.connect(clientSide);
  return {
    client,
    asked,
    async close() {
      await client.close();
      await server.close();
    },
  };
}

/** A server of its own process over stdio, started by `node` with the arguments given. */
export async function createStdioClient(
  args: readonly string[],
  era: 'legacy' | 'modern',
  options: ScriptedOptions = {},
): Promise<ScriptedClient> {
  const { client, asked } = scripted(options, { mode: era === 'legacy' ? 'legacy' : { pin: MODERN } });
  const env = { ...getDefaultEnvironment(), MRTR_STATE_KEY: 'a key for tests, thirty-two bytes or more' };
  await client.connect(
    new StdioClientTransport({ command: process.execPath, args: [...args], env, stderr: 'ignore' }),
  );
  return { client, asked, close: () => client.close() };
}

/** A server that listens on a URL. */
export async function createHttpClient(
  url: string,
  era: 'legacy' | 'modern',
  options: ScriptedOptions & { readonly headers?: Record<string, string> } = {},
): Promise<ScriptedClient> {
  const { client, asked } = scripted(options, { mode: era === 'legacy' ? 'legacy' : { pin: MODERN } });
  const Transport = url.endsWith('/sse') ? SSEClientTransport : StreamableHTTPClientTransport;
  await client.connect(new Transport(new URL(url), { requestInit: { headers: options.headers ?? {} } }));
  return { client, asked, close: () => client.close() };
}

export function accept(content?: ElicitResult['content']): ElicitResult {
  return content === undefined ? { action: 'accept' } : { action: 'accept', content };
}

export function decline(): ElicitResult {
  return { action: 'decline' };
}

export function cancel(): ElicitResult {
  return { action: 'cancel' };
}

type Negotiation = NonNullable<NonNullable<ConstructorParameters<typeof Client>[1]>['versionNegotiation']>;

function scripted(
  options: ScriptedOptions,
  versionNegotiation: Negotiation,
): Pick<ScriptedClient, 'client' | 'asked'> {
  const capabilities = options.capabilities ?? EVERYTHING;
  const inputRequired = { maxRounds: options.maxRounds ?? MANY_ROUNDS };
  const client = new Client(
    { name: 'scripted', version: '0' },
    { capabilities, versionNegotiation, inputRequired },
  );
  const asked: { method: string; params: Params }[] = [];
  const answer = <R>(method: string, answers: Iterable<Answer> = []) => {
    const left = answers[Symbol.iterator]();
    return async (request: { params?: unknown }): Promise<R> => {
      const params = (request.params ?? {}) as Params;
      asked.push({ method, params });
      const next = left.next();
      if (next.done === true) throw new Error(`no answer is left for ${method}`);
      const { value } = next;
      const result: unknown = typeof value === 'function' ? await value(params) : value;
      return result as R;
    };
  };
  const { elicit, sample, roots } = options.answers ?? {};
  if (capabilities.elicitation !== undefined)
    client.setRequestHandler('elicitation/create', answer('elicitation/create', elicit));
  if (capabilities.sampling !== undefined)
    client.setRequestHandler('sampling/createMessage', answer('sampling/createMessage', sample));
  if (capabilities.roots !== undefined) client.setRequestHandler('roots/list', answer('roots/list', roots));
  return { client, asked };
}

/** A request with the envelope and headers that 2026-07-28 asks for, without a client. */
function handMadeRequest(method: string, params: Params, capabilities: ClientCapabilities): RequestInit {
  const name = params['name'] ?? params['uri'];
  const meta = {
    'io.modelcontextprotocol/protocolVersion': MODERN,
    'io.modelcontextprotocol/clientInfo': { name: 'by-hand', version: '0' },
    'io.modelcontextprotocol/clientCapabilities': capabilities,
  };
  return {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': MODERN,
      'mcp-method': method,
      ...(typeof name === 'string' ? { 'mcp-name': name } : {}),
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta: meta } }),
  };
}
