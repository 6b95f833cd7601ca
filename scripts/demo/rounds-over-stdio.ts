import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

import {
  comparable,
  environment,
  freshLedger,
  MODERN,
  readLedger,
  type Flow,
  type Outcome,
} from './run-flow.ts';
import { join } from 'node:path';

interface Result {
  readonly resultType?: string;
  readonly requestState?: string;
  readonly inputRequests?: Readonly<Record<string, { readonly method: string; readonly params?: unknown }>>;
  readonly content?: unknown;
  readonly isError?: boolean;
  readonly structuredContent?: unknown;
}

interface Reply {
  readonly result?: Result;
  readonly error?: { readonly message: string };
}

/** Runs a flow at 2026-07-28 over stdio, every round in a server process of its own: a client keeps to one process. */
export async function runOverStdio(
  directory: string,
  flow: Flow,
): Promise<Outcome & { readonly rounds: number }> {
  const ledger = freshLedger(directory);
  const entry = join(directory, 'dist/stdio.js');
  const asks: unknown[] = [];
  const left = [...flow.answers];
  let more: object = {};
  for (let rounds = 1; ; rounds++) {
    const reply = await exchange(entry, ledger, { name: flow.tool, arguments: flow.args, ...more });
    const { result, error } = reply;
    if (result?.resultType !== 'input_required') {
      return { result: shown(result, error), asks, ledger: readLedger(ledger), rounds };
    }
    const inputResponses: Record<string, unknown> = {};
    for (const [key, { method, params }] of Object.entries(result.inputRequests ?? {})) {
      asks.push(comparable(method, params));
      inputResponses[key] = left.shift();
    }
    more = { inputResponses, requestState: result.requestState };
  }
}

function shown(result: Result | undefined, error: Reply['error']): unknown {
  if (result === undefined) return { error: error?.message };
  const { content, isError = false, structuredContent } = result;
  return { content, isError, structuredContent };
}

/** One request to a new process, which ends when its input does. */
async function exchange(entry: string, ledger: string, params: object): Promise<Reply> {
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': MODERN,
    'io.modelcontextprotocol/clientInfo': { name: 'demo', version: '1.0.0' },
    'io.modelcontextprotocol/clientCapabilities': {
      elicitation: { form: {}, url: {} },
      sampling: {},
      roots: {},
    },
  };
  const server = spawn(process.execPath, [entry], {
    env: environment(ledger),
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  try {
    server.stdin.write(
      `${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { ...params, _meta } })}\n`,
    );
    for await (const line of createInterface({ input: server.stdout })) {
      const message = JSON.parse(line) as Reply & { readonly id?: number };
      if (message.id === 1) return message;
    }
    throw new Error('the server ended without an answer');
  } finally {
    server.kill();
  }
}
