// Written by `mrtr migrate --emit-tests`; yours to change.
import { inspect } from 'node:util';

import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import type { ElicitResult } from '@modelcontextprotocol/client';
import { createMcpHandler, InMemoryTransport } from '@modelcontextprotocol/server';
import type { McpServer, Server } from '@modelcontextprotocol/server';

/** What the person at the client does when asked: `empty` accepts without content, `invalid` sends content of wrong types. */
export type Answer = 'accept' | 'decline' | 'cancel' | 'invalid' | 'empty';
export type Era = 'legacy' | 'modern';
export type Factory = () => McpServer | Server | Promise<McpServer | Server>;

type Params = Record<string, unknown>;

/** A handler to call, and what to call it with. */
export interface Target {
  readonly kind: 'tool' | 'prompt' | 'resource';
  readonly name: string;
  readonly arguments: Params;
}

/** All that can be seen of one call: questions, calls of other modules, and how it ended. */
export interface Trace {
  readonly asked: readonly unknown[];
  readonly effects: readonly string[];
  readonly outcome: unknown;
}

/** Keeps the calls of modules while a handler runs; what a server does when it is made does not count. */
export class EffectLog {
  calls: string[] = [];
  #isPaused = 0;

  async pause<T>(work: () => T | Promise<T>): Promise<T> {
    this.#isPaused += 1;
    try {
      return await work();
    } finally {
      this.#isPaused -= 1;
    }
  }

  add(name: string, args: readonly unknown[]): void {
    if (this.#isPaused > 0) return;
    this.calls.push(`${name}(${args.map(describeValue).join(', ')})`);
  }

  /** A module with every call of its functions, and of the functions of its objects, recorded. */
  record<T extends object>(name: string, exports: T): T {
    const label = name.replace(/^(?:\.\.?\/)+/, '').replace(/\.[cm]?js$/, '');
    const entries = Object.entries(exports).map(([key, value]) => [
      key,
      this.#wrap(`${label}.${key}`, value),
    ]);
    return Object.fromEntries(entries) as T;
  }

  #wrap(name: string, value: unknown): unknown {
    if (typeof value === 'function') {
      return new Proxy(value, {
        apply: (target, receiver, args: unknown[]) => {
          this.add(name, args);
          return Reflect.apply(target, receiver, args) as unknown;
        },
      });
    }
    if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
      return value;
    return new Proxy(value, {
      get: (target, key, receiver) =>
        this.#wrap(`${name}.${String(key)}`, Reflect.get(target, key, receiver)),
    });
  }
}

function describeValue(value: unknown): string {
  const isContext =
    typeof value === 'object' && value !== null && ('mcpReq' in value || 'registerTool' in value);
  return isContext ? '[server]' : inspect(value, { depth: 6, breakLength: Infinity, sorted: true });
}

/** The handlers of a server that go by one of `names`; a low-level handler has the name of its method. */
export async function findTargets(factory: Factory, names: readonly string[]): Promise<readonly Target[]> {
  const { client, close } = await connect(factory, 'legacy', () => ({}));
  const has = client.getServerCapabilities() ?? {};
  const tools = has.tools === undefined ? [] : (await client.listTools()).tools;
  const prompts = has.prompts === undefined ? [] : (await client.listPrompts()).prompts;
  const resources = has.resources === undefined ? [] : (await client.listResources()).resources;
  await close();
  const isMeant = (name: string, method: string): boolean => names.includes(name) || names.includes(method);
  return [
    ...tools
      .filter(({ name }) => isMeant(name, 'tools/call'))
      .map(({ name, inputSchema }) => ({
        kind: 'tool' as const,
        name,
        arguments: sampleOf(inputSchema) as Params,
      })),
    ...prompts
      .filter(({ name }) => isMeant(name, 'prompts/get'))
      .map((prompt) => {
        const values = (prompt.arguments ?? []).map(({ name }) => [name, 'something'] as const);
        return { kind: 'prompt' as const, name: prompt.name, arguments: Object.fromEntries(values) };
      }),
    ...resources
      .filter(({ name }) => isMeant(name, 'resources/read'))
      .map(({ uri }) => ({ kind: 'resource' as const, name: uri, arguments: {} })),
  ];
}

/** Calls a handler once and records everything about it. */
export async function traceCall(
  factory: Factory,
  era: Era,
  target: Target,
  answers: readonly Answer[],
  log: EffectLog,
): Promise<Trace> {
  const asked: unknown[] = [];
  let turn = 0;
  const reply = (method: string, params: Params): object => {
    asked.push({ method, params: describeRequest(params) });
    if (method === 'roots/list') return { roots: [{ uri: 'file:///work', name: 'work' }] };
    turn += 1;
    if (method === 'sampling/createMessage')
      return { role: 'assistant', model: 'scripted', content: { type: 'text', text: `reply ${turn}` } };
    return answerForm(answers[Math.min(turn, answers.length) - 1] ?? 'accept', params);
  };
  const { client, close } = await connect(() => log.pause(factory), era, reply);
  log.calls = [];
  const outcome = await call(client, target);
  const effects = log.calls;
  await close();
  return { asked, effects, outcome };
}

async function call(client: Client, { kind, name, arguments: args }: Target): Promise<unknown> {
  try {
    const result: Params =
      kind === 'tool'
        ? await client.callTool({ name, arguments: args })
        : kind === 'prompt'
          ? await client.getPrompt({ name, arguments: args as Record<string, string> })
          : await client.readResource({ uri: name });
    const { _meta, resultType, ...rest } = result;
    return rest;
  } catch (error) {
    return { error: error instanceof Error ? error.message.replace(/^MCP error -\d+: /, '') : String(error) };
  }
}

/** What of a request the client's user sees; the eras differ in how they correlate it. */
function describeRequest(params: Params): Params {
  const { mode, elicitationId, _meta, requestedSchema, ...rest } = params;
  const { $schema, ...schema } = (requestedSchema ?? {}) as Params;
  return { ...rest, ...(requestedSchema === undefined ? {} : { requestedSchema: schema }) };
}

/** More questions than this are answered by accepting, so that a handler that insists comes to an end. */
function answerForm(answer: Answer, { mode, requestedSchema }: Params): ElicitResult {
  if (answer === 'decline' || answer === 'cancel') return { action: answer };
  if (answer === 'empty' || mode === 'url') return { action: 'accept' };
  const { properties = {} } = (requestedSchema ?? {}) as { properties?: Record<string, Params> };
  const content = Object.entries(properties).map(([name, schema]) => {
    const wrong = schema['type'] === 'string' ? 7 : 'nonsense';
    return [name, answer === 'invalid' ? wrong : sampleOf(schema)] as const;
  });
  return { action: 'accept', content: Object.fromEntries(content) as NonNullable<ElicitResult['content']> };
}

/** A value that a JSON schema allows, as far as its keywords are usual ones. */
function sampleOf(schema: object): unknown {
  const { type, properties, items, anyOf, oneOf, ...rest } = schema as {
    type?: string | readonly string[];
    properties?: Record<string, object>;
    items?: object;
    anyOf?: readonly object[];
    oneOf?: readonly object[];
  } & Params;
  if ('const' in rest) return rest['const'];
  if ('default' in rest) return rest['default'];
  if (Array.isArray(rest['enum'])) return (rest['enum'] as readonly unknown[])[0];
  const [choice] = anyOf ?? oneOf ?? [];
  if (choice !== undefined) return 'const' in choice ? choice.const : sampleOf(choice);
  switch (typeof type === 'string' ? type : type?.[0]) {
    case 'object':
      return Object.fromEntries(
        Object.entries(properties ?? {}).map(([name, inner]) => [name, sampleOf(inner)]),
      );
    case 'array':
      return items === undefined ? [] : [sampleOf(items), sampleOf(items)];
    case 'boolean':
      return true;
    case 'number':
    case 'integer':
      return Math.max(3, Number(rest['minimum'] ?? 3));
    default:
      return 'something'.padEnd(Number(rest['minLength'] ?? 0), '.');
  }
}

const EVERYTHING = { elicitation: { form: {}, url: {} }, sampling: {}, roots: {} };

/** A client of one era: a session of 2025-11-25, or requests of 2026-07-28 that a new server answers each. */
async function connect(
  factory: Factory,
  era: Era,
  reply: (method: string, params: Params) => object,
): Promise<{ readonly client: Client; close(): Promise<void> }> {
  const versionNegotiation =
    era === 'legacy' ? { mode: 'legacy' as const } : { mode: { pin: '2026-07-28' as const } };
  const client = new Client(
    { name: 'scripted', version: '0' },
    { capabilities: EVERYTHING, versionNegotiation },
  );
  const handle =
    <R>(method: string) =>
    (request: { params?: unknown }): Promise<R> =>
      Promise.resolve(reply(method, (request.params ?? {}) as Params) as R);
  client.setRequestHandler('elicitation/create', handle('elicitation/create'));
  client.setRequestHandler('sampling/createMessage', handle('sampling/createMessage'));
  client.setRequestHandler('roots/list', handle('roots/list'));
  if (era === 'legacy') {
    const server = await factory();
    const [clientSide, serverSide] = InMemoryTransport.createLinkedPair();
    await server.connect(serverSide);
    await client.connect(clientSide);
    return { client, close: () => client.close() };
  }
  const handler = createMcpHandler(() => factory());
  const fetchInMemory = (input: string | URL, init?: RequestInit): Promise<Response> =>
    Promise.resolve(handler.fetch(new Request(input, init)));
  await client.connect(
    new StreamableHTTPClientTransport(new URL('http://in-memory.test/mcp'), { fetch: fetchInMemory }),
  );
  return { client, close: () => client.close() };
}
