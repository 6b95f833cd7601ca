import type { HandlerFlow } from '../../codemods/project/handler-flow.ts';
import type { MigratedSite } from '../../codemods/project/migration.ts';
import type { Severity } from '../../diagnostics/diagnostic.ts';

/** `native` is the source as it was written, which asks over a session. */
export type Form = 'native' | 'readable' | 'compiled';

/** What the page shows of one source; plain data, so that a worker can send it. */
export interface Analysis {
  readonly findings: readonly Finding[];
  readonly handlers: readonly AnalysedHandler[];
  /** The files of each form: `server.ts` and what was added to it. */
  readonly texts: Readonly<Record<Form, readonly SourceText[]>>;
  /** The same as CommonJS, for running; undefined where the source does not even parse. */
  readonly modules: Readonly<Record<Form, readonly SourceText[]>> | undefined;
  readonly milliseconds: number;
}

export interface SourceText {
  readonly name: string;
  readonly text: string;
}

export interface AnalysedHandler {
  readonly name: string;
  readonly line: number;
  readonly asks: number;
  readonly outcome: MigratedSite['outcome'];
  readonly flow?: HandlerFlow;
}

/** Something to tell about a place of the source. */
export interface Finding {
  /** `MRTR1003` or `TS2322`. */
  readonly code: string;
  readonly severity: Severity;
  /** Where it is said: about the source as such, or about one of its forms. */
  readonly form: Form;
  /** Offsets in the source; absent for what is about the whole. */
  readonly start?: number;
  readonly end?: number;
  readonly title: string;
  readonly remarks: readonly string[];
}
