import { Analyser } from './analyser.ts';
import type { Analysis } from './analysis.ts';

/** What the page asks of this worker. */
export interface AnalysisRequest {
  readonly id: number;
  readonly source: string;
}

/** `failure` is a bug of ours, since every text can be analysed. */
export type AnalysisReply = { readonly id: number } & (
  { readonly analysis: Analysis } | { readonly failure: string }
);

/** The part of a worker's global scope that is used here; the DOM's types know only that of a page. */
interface WorkerScope {
  /** The declarations of the packages, which the build puts in front of this script. */
  readonly packageTypes: Readonly<Record<string, string>>;
  postMessage(reply: AnalysisReply): void;
  addEventListener(type: 'message', listener: (event: { readonly data: AnalysisRequest }) => void): void;
}

const scope = globalThis as unknown as WorkerScope;
const analyser = new Analyser(scope.packageTypes);

scope.addEventListener('message', ({ data: { id, source } }) => {
  try {
    scope.postMessage({ id, analysis: analyser.analyse(source) });
  } catch (error) {
    scope.postMessage({
      id,
      failure: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
  }
});
