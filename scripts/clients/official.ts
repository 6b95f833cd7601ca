import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import {
  Client,
  isInputRequiredResult,
  specTypeSchemas,
  StreamableHTTPClientTransport,
  withInputRequired,
} from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';

import { comparable, type Flow } from '../demo/run-flow.ts';
import { repository } from '../servers/prepare-copies.ts';
import {
  shownResult,
  type AskKind,
  type ClientUnderTest,
  type Era,
  type Seen,
  type Target,
} from './client-under-test.ts';

const EVERYTHING: ReadonlySet<AskKind> = new Set(['form', 'url', 'sampling', 'roots']);

/** The client of the TypeScript SDK: it goes through the rounds by itself, or hands each of them to its caller. */
export function officialClients(): ClientUnderTest[] {
  const name = '@modelcontextprotocol/client';
  const manifest = join(repository, 'node_modules', name, 'package.json');
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  return [
    {
      name: `${name}, rounds fulfilled by it`,
      version,
      answers: EVERYTHING,
      eras: ['2025-11-25', '2026-07-28'],
      run: (target, era, flow) => withClient(target, era, flow, call),
    },
    {
      name: `${name}, rounds by hand`,
      version,
      answers: EVERYTHING,
      eras: ['2026-07-28'],
      run: (target, era, flow) => withClient(target, era, flow, callByHand),
    },
  ];
}

interface AnsweringClient {
  readonly client: Client;
  readonly answer: (ask: { readonly method: string; readonly params?: unknown }) => never;
}

async function withClient(
  target: Target,
  era: Era,
  flow: Flow,
  run: (client: AnsweringClient, flow: Flow) => Promise<unknown>,
): Promise<Seen> {
  const mode = era === '2025-11-25' ? 'legacy' : ({ pin: era } as const);
  const client = new Client(
    { name: 'clients', version: '1.0.0' },
    {
      capabilities: { elicitation: { form: {}, url: {} }, sampling: {}, roots: {} },
      versionNegotiation: { mode },
    },
  );
  const asks: unknown[] = [];
  const left = [...flow.answers];
  const answer: AnsweringClient['answer'] = ({ method, params }) => {
    asks.push(comparable(method, params));
    return left.shift() as never;
  };
  for (const method of ['elicitation/create', 'sampling/createMessage', 'roots/list'] as const)
    client.setRequestHandler(method, answer);
  await client.connect(transportTo(target));
  try {
    const result = await run({ client, answer }, flow).catch((error: unknown) => ({ error: String(error) }));
    return { result, asks };
  } finally {
    await client.close();
  }
}

function transportTo(target: Target): StdioClientTransport | StreamableHTTPClientTransport {
  if (target.transport === 'http') return new StreamableHTTPClientTransport(new URL(target.url));
  const { entry, env } = target;
  return new StdioClientTransport({ command: process.execPath, args: [entry], env, stderr: 'ignore' });
}

async function call({ client }: AnsweringClient, { tool, args }: Flow): Promise<unknown> {
  return shownResult(await client.callTool({ name: tool, arguments: { ...args } }));
}

async function callByHand({ client, answer }: AnsweringClient, { tool, args }: Flow): Promise<unknown> {
  const schema = withInputRequired(specTypeSchemas.CallToolResult);
  let more: object = {};
  for (;;) {
    const params = { name: tool, arguments: { ...args }, ...more };
    const result = await client.request({ method: 'tools/call', params }, schema, {
      allowInputRequired: true,
    });
    if (!isInputRequiredResult(result)) return shownResult(result);
    const asked = Object.entries(result.inputRequests ?? {});
    const inputResponses = Object.fromEntries(asked.map(([key, ask]) => [key, answer(ask)]));
    more = { inputResponses, requestState: result.requestState };
  }
}
