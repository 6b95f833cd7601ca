import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface Exchange {
  readonly pid: number;
  readonly method: string;
  readonly params: Record<string, unknown>;
  readonly response: Record<string, unknown>;
}

/**
 * A `fetch` for the client's transport that starts the server anew for every request and ends it afterwards, so that
 * nothing but what the client sends back can carry a flow on.
 */
export function fetchFromNewProcess(
  entry: string,
  env: Readonly<Record<string, string>>,
  exchanges: Exchange[],
): typeof fetch {
  return async (_input, init) => {
    const server = spawn(process.execPath, [entry], {
      env: { ...process.env, ...env, PORT: '0' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    try {
      const port = await portOf(server);
      const response = await fetch(`http://127.0.0.1:${port}/mcp`, init);
      const text = await response.text();
      record(exchanges, server.pid ?? 0, init, text);
      const body = [202, 204].includes(response.status) ? null : text;
      return new Response(body, { status: response.status, headers: response.headers });
    } finally {
      server.kill();
    }
  };
}

async function portOf(server: ChildProcess): Promise<string> {
  const said: string[] = [];
  if (server.stderr !== null) {
    for await (const line of createInterface({ input: server.stderr })) {
      const port = /^listening on (\d+)$/.exec(line)?.[1];
      if (port !== undefined) return port;
      said.push(line);
    }
  }
  throw new Error(`the server ended before it listened:\n${said.join('\n')}`);
}

function record(exchanges: Exchange[], pid: number, init: RequestInit | undefined, text: string): void {
  if (init?.method !== 'POST' || typeof init.body !== 'string' || !text.startsWith('{')) return;
  const { method, params } = JSON.parse(init.body) as Pick<Exchange, 'method' | 'params'>;
  exchanges.push({ pid, method, params, response: JSON.parse(text) as Record<string, unknown> });
}
