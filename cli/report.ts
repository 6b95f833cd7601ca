import type { MigratedSite } from '../codemods/project/migration.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';

/** A file the command changes. */
export interface ChangedFile {
  /** Relative to the directory the command works on, with forward slashes. */
  readonly path: string;
  /** Undefined for a new file. */
  readonly before: string | undefined;
  readonly after: string;
}

/** The result of a command as data; every reporter is a pure function of it. */
export interface Report {
  readonly command: string;
  /** Whether `changedFiles` are on disk now; false under --dry-run. */
  readonly written: boolean;
  readonly changedFiles: readonly ChangedFile[];
  /** Files that `check --fix` changed on disk, relative to the directory. */
  readonly fixedFiles?: readonly string[];
  readonly sites: readonly MigratedSite[];
  readonly diagnostics: readonly Diagnostic[];
  /** Texts of the files that diagnostics point into, by the path their spans use; a missing one costs the code frame. */
  readonly sources: ReadonlyMap<string, string>;
}
