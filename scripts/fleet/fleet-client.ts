import { setTimeout as sleep } from 'node:timers/promises';

import { Client, ProtocolError, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';

import { MODERN, type Answer } from '../demo/run-flow.ts';
import type { FlowEnd, FlowKind } from './flow-kinds.ts';

/** How often a request that may be sent again is, and how long is between. */
const ATTEMPTS = 40;
const PAUSE_MS = 100;

export interface ClientCounts {
  requests: number;
  retries: number;
}

/** The official client, one flow after the other. */
export class FleetClient {
  readonly #client: Client;
  readonly #url: URL;
  readonly #counts: ClientCounts;
  #answers: Answer[] = [];

  constructor(port: number, counts: ClientCounts) {
    this.#url = new URL(`http://127.0.0.1:${port}/mcp`);
    this.#counts = counts;
    this.#client = new Client(
      { name: 'fleet', version: '1.0.0' },
      {
        capabilities: { elicitation: { form: {}, url: {} }, sampling: {} },
        versionNegotiation: { mode: { pin: MODERN } },
      },
    );
    const answer = (): never => {
      const next = this.#answers.shift();
      if (next === undefined) throw new Error('asked once too often');
      return next as never;
    };
    this.#client.setRequestHandler('elicitation/create', answer);
    this.#client.setRequestHandler('sampling/createMessage', answer);
  }

  async connect(): Promise<void> {
    const fetch = (input: string | URL, init?: RequestInit): Promise<Response> => this.#fetch(input, init);
    await this.#client.connect(new StreamableHTTPClientTransport(this.#url, { fetch }));
  }

  async close(): Promise<void> {
    await this.#client.close();
  }

  async run(kind: FlowKind, pkg: string): Promise<FlowEnd> {
    this.#answers = [...kind.answers(pkg)];
    try {
      const { content, isError, structuredContent } = await this.#client.callTool({
        name: kind.tool,
        arguments: { ...kind.args(pkg) },
      });
      return {
        kind,
        pkg,
        result: { content, isError: isError ?? false, structuredContent },
        failure: undefined,
      };
    } catch (error) {
      return { kind, pkg, result: String(error), failure: failureOf(error) };
    }
  }

  /** Sends a request again after a failure on the way, when the server takes care that nothing is done twice. */
  async #fetch(input: string | URL, init?: RequestInit): Promise<Response> {
    const mayRepeat = isRepeatable(init?.body);
    for (let attempt = 1; ; attempt++) {
      this.#counts.requests++;
      const response = await fetch(input, init).catch(() => new Response(null, { status: 502 }));
      const isLast = attempt === ATTEMPTS || !mayRepeat;
      if (isLast || !(response.status >= 502 || (await isUnavailable(response)))) return response;
      this.#counts.retries++;
      await sleep(PAUSE_MS);
    }
  }
}

/** A round with a state can be answered once; one without answers has only asked so far. */
function isRepeatable(body: unknown): boolean {
  if (typeof body !== 'string') return true;
  const { params } = JSON.parse(body) as { params?: Record<string, unknown> };
  return params?.['requestState'] !== undefined || params?.['inputResponses'] === undefined;
}

async function isUnavailable(response: Response): Promise<boolean> {
  if (!response.headers.get('content-type')?.includes('json')) return false;
  return (await response.clone().text()).includes('"state_store_unavailable"');
}

function failureOf(error: unknown): FlowEnd['failure'] {
  if (error instanceof ProtocolError) {
    const { reason } = (error.data ?? {}) as { reason?: unknown };
    return reason === 'invalid_request_state' || reason === 'state_store_unavailable' ? 'refused' : 'other';
  }
  return /50[234]/.test(String(error)) ? 'lost connection' : 'other';
}
