import { startServer } from '../servers/start-server.ts';

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
    const server = await startServer(entry, env);
    try {
      const response = await fetch(server.url, init);
      const text = await response.text();
      record(exchanges, server.pid, init, text);
      const body = [202, 204].includes(response.status) ? null : text;
      return new Response(body, { status: response.status, headers: response.headers });
    } finally {
      server.stop();
    }
  };
}

function record(exchanges: Exchange[], pid: number, init: RequestInit | undefined, text: string): void {
  if (init?.method !== 'POST' || typeof init.body !== 'string' || !text.startsWith('{')) return;
  const { method, params } = JSON.parse(init.body) as Pick<Exchange, 'method' | 'params'>;
  exchanges.push({ pid, method, params, response: JSON.parse(text) as Record<string, unknown> });
}
