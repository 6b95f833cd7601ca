import type { Analysis } from '../analysis/analysis.ts';
import type { AnalysisReply, AnalysisRequest } from '../analysis/worker.ts';

/** Asks the worker about the newest text only: what is typed meanwhile waits until it is done. */
export class AnalysisService {
  readonly #worker: Worker;
  readonly #onAnalysis: (analysis: Analysis, source: string) => void;
  readonly #onFailure: (reason: string) => void;
  #running: AnalysisRequest | undefined;
  #waiting: string | undefined;
  #count = 0;

  constructor(
    url: string,
    onAnalysis: (analysis: Analysis, source: string) => void,
    onFailure: (reason: string) => void,
  ) {
    this.#onAnalysis = onAnalysis;
    this.#onFailure = onFailure;
    this.#worker = new Worker(url);
    this.#worker.addEventListener('message', ({ data }: MessageEvent<AnalysisReply>) => this.#take(data));
    // Without a message when the script could not be loaded.
    this.#worker.addEventListener('error', ({ message }) => onFailure(message || `${url} was not loaded`));
  }

  analyse(source: string): void {
    this.#waiting = source;
    if (this.#running === undefined) this.#next();
  }

  #next(): void {
    const source = this.#waiting;
    this.#waiting = undefined;
    this.#running = source === undefined ? undefined : { id: (this.#count += 1), source };
    if (this.#running !== undefined) this.#worker.postMessage(this.#running);
  }

  #take(reply: AnalysisReply): void {
    const { source } = this.#running ?? {};
    const isNewest = this.#waiting === undefined;
    this.#next();
    if (!isNewest || source === undefined) return;
    if ('failure' in reply) this.#onFailure(reply.failure);
    else this.#onAnalysis(reply.analysis, source);
  }
}
