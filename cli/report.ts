import type { Diagnostic } from '../diagnostics/diagnostic.ts';

/** A file the command changes; `before` is empty for a new one. */
export interface ChangedFile {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/** What became of one handler that asks. */
export interface ReportedSite {
  readonly file: string;
  readonly line: number;
  readonly handler: string;
  readonly asks: number;
  readonly outcome: 'guard' | 'phases' | 'diagnosed';
}

/** The result of a command as data; every reporter is a pure function of it. */
export interface Report {
  readonly command: string;
  /** False under --dry-run and when verification refused everything. */
  readonly written: boolean;
  readonly changedFiles: readonly ChangedFile[];
  readonly sites: readonly ReportedSite[];
  readonly diagnostics: readonly Diagnostic[];
  /** Texts of the files that diagnostics point into, by the path their spans use; a missing one costs the code frame. */
  readonly sources: ReadonlyMap<string, string>;
}
