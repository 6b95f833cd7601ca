import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';

import { fetchFromNewProcess, type Exchange } from './process-per-request.ts';

export type Answer = Readonly<Record<string, unknown>>;

export interface Flow {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** In the order of the asks, whatever they ask for. */
  readonly answers: readonly Answer[];
}

export interface Outcome {
  /** The result, or `{ error }` with what the call rejected with. */
  readonly result: unknown;
  readonly asks: readonly unknown[];
  readonly ledger: readonly string[];
}

export const MODERN = '2026-07-28';

/** For MRTR_STATE_KEY of the demo's server processes. */
export const DEMO_KEY = 'a key for demonstrations, of 32 bytes or more';

/** Runs a flow at 2025-11-25 against one server process over stdio. */
export async function runLegacy(directory: string, flow: Flow): Promise<Outcome> {
  const ledger = freshLedger(directory);
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [join(directory, 'dist/stdio.js')],
    env: environment(ledger),
    stderr: 'ignore',
  });
  return run(clientOf('legacy', flow), transport, flow, ledger);
}

/** Runs a flow at 2026-07-28, every request in a server process of its own. */
export async function runModern(
  directory: string,
  flow: Flow,
): Promise<Outcome & { readonly exchanges: readonly Exchange[] }> {
  const ledger = freshLedger(directory);
  const exchanges: Exchange[] = [];
  const fetch = fetchFromNewProcess(join(directory, 'dist/http.js'), environment(ledger), exchanges);
  const transport = new StreamableHTTPClientTransport(new URL('http://127.0.0.1/mcp'), { fetch });
  return { ...(await run(clientOf({ pin: MODERN }, flow), transport, flow, ledger)), exchanges };
}

interface ScriptedClient {
  readonly client: Client;
  readonly asks: unknown[];
}

function clientOf(mode: 'legacy' | { readonly pin: string }, { answers }: Flow): ScriptedClient {
  const client = new Client(
    { name: 'demo', version: '1.0.0' },
    {
      capabilities: { elicitation: { form: {}, url: {} }, sampling: {}, roots: {} },
      versionNegotiation: { mode },
    },
  );
  const asks: unknown[] = [];
  const left = [...answers];
  const answer = ({ method, params }: { method: string; params?: unknown }): never => {
    asks.push(comparable(method, params));
    const next = left.shift();
    if (next === undefined) throw new Error(`no answer is left for ${method}`);
    return next as never;
  };
  client.setRequestHandler('elicitation/create', answer);
  client.setRequestHandler('sampling/createMessage', answer);
  client.setRequestHandler('roots/list', answer);
  return { client, asks };
}

/** What the user is asked; `mode: 'form'` is the default, and the id of a URL elicitation exists in the legacy era only. */
export function comparable(method: string, params: unknown): unknown {
  const { _meta, elicitationId: _legacyOnly, mode, ...asked } = (params ?? {}) as Record<string, unknown>;
  return { method, ...asked, ...(mode === 'url' ? { mode } : {}) };
}

async function run(
  { client, asks }: ScriptedClient,
  transport: StdioClientTransport | StreamableHTTPClientTransport,
  { tool, args }: Flow,
  ledger: string,
): Promise<Outcome> {
  await client.connect(transport);
  try {
    const result = await client.callTool({ name: tool, arguments: { ...args } }).then(
      ({ content, isError, structuredContent }): unknown => ({
        content,
        isError: isError ?? false,
        structuredContent,
      }),
      (error: unknown) => ({ error: String(error) }),
    );
    return { result, asks, ledger: readLedger(ledger) };
  } finally {
    await client.close();
  }
}

export function readLedger(ledger: string): readonly string[] {
  return existsSync(ledger) ? readFileSync(ledger, 'utf8').trimEnd().split('\n') : [];
}

export function freshLedger(directory: string): string {
  const ledger = join(directory, 'ledger.jsonl');
  rmSync(ledger, { force: true });
  return ledger;
}

export function environment(ledger: string): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '', RELEASE_LEDGER: ledger, MRTR_STATE_KEY: DEMO_KEY };
}
