import { LEGACY, type JsonRpcMessage } from '../server/messages.ts';
import { messageOf, type ClientOptions } from './modern-client.ts';
import type { Answers, Ask, Call, Round } from './round.ts';
import { ServerProcess } from './server-process.ts';

/** How long a server may take to ask for more, once it has asked for something. */
const SETTLE = 30;

/**
 * A client of revision 2025-11-25: one process and one session from the call to its end. The asks come as requests, while
 * the handler waits.
 */
export class LegacyClient {
  readonly #options: ClientOptions;
  readonly #process: ServerProcess;
  #number = 0;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#process = new ServerProcess(options.script, options.modules, {
      era: 'legacy',
      stateKey: options.stateKey,
    });
  }

  async start(call: Call): Promise<Round> {
    const { capabilities } = this.#options;
    const clientInfo = { name: 'playground', version: '1.0.0' };
    const params = { protocolVersion: LEGACY, capabilities, clientInfo };
    return this.#collect([{ jsonrpc: '2.0', id: 'call', ...call }], async (send) => {
      await this.#process.ready();
      this.#process.send({ jsonrpc: '2.0', id: 'initialize', method: 'initialize', params });
      const { error } = await this.#process.receive();
      if (error !== undefined) throw new Error(error.message);
      this.#process.send({ jsonrpc: '2.0', method: 'notifications/initialized' });
      send();
    });
  }

  /** Answers requests of the server by their ids. */
  async answer(answers: Answers): Promise<Round> {
    const responses = Object.entries(answers).map(([id, result]): JsonRpcMessage => ({
      jsonrpc: '2.0',
      id: Number(id),
      result,
    }));
    return this.#collect(responses, (send) => send());
  }

  close(): void {
    this.#process.stop();
  }

  /** What the server sends until it waits for answers, or is done. */
  async #collect(
    sent: readonly JsonRpcMessage[],
    begin: (send: () => void) => Promise<void> | void,
  ): Promise<Round> {
    this.#number += 1;
    const before = this.#process.log.length;
    const received: JsonRpcMessage[] = [];
    const round = { number: this.#number, sent, received };
    const log = (): readonly string[] => this.#process.log.slice(before);
    try {
      await begin(() => sent.forEach((message) => this.#process.send(message)));
      let next: JsonRpcMessage | undefined = await this.#process.receive();
      for (; next !== undefined; next = await this.#process.receiveWithin(SETTLE)) {
        received.push(next);
        if (next.method === undefined) break;
      }
      return { ...round, log: log(), asks: received.flatMap(toAsk) };
    } catch (error) {
      return { ...round, log: log(), asks: [], failure: messageOf(error) };
    }
  }
}

function toAsk({ id, method, params = {} }: JsonRpcMessage): readonly Ask[] {
  return method === undefined ? [] : [{ key: String(id), method, params }];
}
