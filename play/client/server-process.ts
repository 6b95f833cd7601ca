import type { SourceText } from '../analysis/analysis.ts';
import type { JsonRpcMessage, ServerEvent, ServerOptions } from '../server/messages.ts';

/** What takes longer is taken for a loop without end. */
const PATIENCE = 10_000;
const TOO_LONG = `The server did not answer within ${PATIENCE / 1000} seconds.`;

/**
 * A process of the server: a worker with the SDK and the modules of the source. Its script is made of texts that the page
 * has already, so that nothing is loaded and no text is turned into code but by being a script.
 */
export class ServerProcess {
  readonly log: string[] = [];
  readonly #worker: Worker;
  readonly #inbox: JsonRpcMessage[] = [];
  #failure: Error | undefined;
  #isReady = false;
  #wake = (): void => {};

  /** @param script the SDK and the runtime; see `server/worker.ts` */
  constructor(script: string, modules: readonly SourceText[], options: ServerOptions) {
    const bodies = modules.map(
      ({ name, text }) => `${JSON.stringify(name)}: async (exports, require, module) => {${text}\n}`,
    );
    const start = `serve(${JSON.stringify(options)}, {${bodies.join(',\n')}});`;
    const url = URL.createObjectURL(new Blob([script, '\n', start], { type: 'text/javascript' }));
    this.#worker = new Worker(url);
    URL.revokeObjectURL(url);
    this.#worker.addEventListener('message', ({ data }: MessageEvent<ServerEvent>) => this.#take(data));
    this.#worker.addEventListener('error', ({ message }) => this.#take({ kind: 'failed', reason: message }));
  }

  /** @throws {Error} what the modules throw while they are loaded */
  async ready(): Promise<void> {
    if (!(await this.#until(() => this.#isReady, PATIENCE))) throw new Error(TOO_LONG);
  }

  send(message: JsonRpcMessage): void {
    this.#worker.postMessage(message);
  }

  /**
   * The next message that is a request or a response; notifications are passed over.
   * @throws {Error} when the server fails, or does nothing for long
   */
  async receive(): Promise<JsonRpcMessage> {
    const message = await this.receiveWithin(PATIENCE);
    if (message === undefined) throw new Error(TOO_LONG);
    return message;
  }

  /**
   * The same, or undefined when there is none in time.
   * @throws {Error} when the server fails
   */
  async receiveWithin(milliseconds: number): Promise<JsonRpcMessage | undefined> {
    const isAwaited = ({ id }: JsonRpcMessage): boolean => id !== undefined;
    if (!(await this.#until(() => this.#inbox.some(isAwaited), milliseconds))) return undefined;
    return this.#inbox.splice(0, this.#inbox.findIndex(isAwaited) + 1).at(-1);
  }

  stop(): void {
    this.#worker.terminate();
  }

  #take(event: ServerEvent): void {
    if (event.kind === 'ready') this.#isReady = true;
    else if (event.kind === 'log') this.log.push(event.text);
    else if (event.kind === 'message') this.#inbox.push(event.message);
    else this.#failure ??= new Error(event.reason);
    this.#wake();
  }

  async #until(condition: () => boolean, milliseconds: number): Promise<boolean> {
    const deadline = performance.now() + milliseconds;
    while (!condition()) {
      if (this.#failure !== undefined) throw this.#failure;
      const left = deadline - performance.now();
      if (left <= 0) return false;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return true;
  }
}
