import { describeState } from '../../cli/state/describe-state.ts';
import { peekSealed } from '../../runtime/peek-sealed.ts';
import type { SourceText } from '../analysis/analysis.ts';
import { MODERN, type JsonRpcMessage } from '../server/messages.ts';
import type { Answers, Ask, Call, Round, TravellingState } from './round.ts';
import { ServerProcess } from './server-process.ts';

export interface ClientOptions {
  /** See {@link ServerProcess}. */
  readonly script: string;
  readonly modules: readonly SourceText[];
  readonly stateKey: string;
  readonly capabilities: Readonly<Record<string, unknown>>;
}

/** A client of revision 2026-07-28. It keeps nothing: every round is a request to a server process of its own. */
export class ModernClient {
  readonly #options: ClientOptions;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  /** @throws {Error} when the server cannot be started, or answers with an error */
  async list(method: 'tools/list' | 'prompts/list', member: string): Promise<readonly unknown[]> {
    const { received, failure } = await this.#exchange(1, method, {});
    const [response] = received;
    if (failure !== undefined) throw new Error(failure);
    const listed = response?.result?.[member];
    return Array.isArray(listed) ? listed : [];
  }

  /** @param before what this round answers */
  async round(call: Call, before?: { readonly round: Round; readonly answers: Answers }): Promise<Round> {
    const { state } = before?.round ?? {};
    const params = {
      ...call.params,
      ...(before === undefined ? {} : { inputResponses: before.answers }),
      ...(state === undefined ? {} : { requestState: state.sealed }),
    };
    const round = await this.#exchange((before?.round.number ?? 0) + 1, call.method, params);
    const result = round.received[0]?.result;
    const sealed = result?.['requestState'];
    return {
      ...round,
      asks: asksOf(result),
      ...(typeof sealed === 'string' ? { state: await this.#open(sealed) } : {}),
    };
  }

  async #exchange(number: number, method: string, params: Call['params']): Promise<Round> {
    const { script, modules, stateKey, capabilities } = this.#options;
    const meta = {
      'io.modelcontextprotocol/protocolVersion': MODERN,
      'io.modelcontextprotocol/clientInfo': { name: 'playground', version: '1.0.0' },
      'io.modelcontextprotocol/clientCapabilities': capabilities,
    };
    const request: JsonRpcMessage = {
      jsonrpc: '2.0',
      id: number,
      method,
      params: { ...params, _meta: meta },
    };
    const process = new ServerProcess(script, modules, { era: 'modern', stateKey });
    const common = { number, sent: [request], log: process.log, asks: [] };
    try {
      await process.ready();
      process.send(request);
      return { ...common, received: [await process.receive()] };
    } catch (error) {
      return { ...common, received: [], failure: messageOf(error) };
    } finally {
      process.stop();
    }
  }

  async #open(sealed: string): Promise<TravellingState> {
    const keys = [this.#options.stateKey];
    const requester = { principal: '', audience: undefined, origin: undefined };
    return {
      sealed,
      text: await peekSealed(sealed, keys),
      description: await describeState(sealed, { keys, requester, reveal: true, now: Date.now() }),
    };
  }
}

function asksOf(result: JsonRpcMessage['result']): readonly Ask[] {
  const requests = result?.['resultType'] === 'input_required' ? result['inputRequests'] : undefined;
  if (typeof requests !== 'object' || requests === null) return [];
  return Object.entries(requests as Record<string, Omit<Ask, 'key'>>).map(([key, { method, params }]) => ({
    key,
    method,
    params: params ?? {},
  }));
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
