import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { ts } from '../engine/syntax/ts.ts';
import type { RoundFunction } from './find-round-functions.ts';

/** What a rule looks at: one file of a program, with what it has of hand-written multi-round-trip code. */
export interface LintedFile {
  readonly file: ts.SourceFile;
  readonly checker: ts.TypeChecker;
  /** The functions of this file that end a round. */
  readonly functions: readonly RoundFunction[];
  /** Those of all files of the server; found when asked for. */
  readonly allFunctions: () => readonly RoundFunction[];
  /** A file and what it imports, directly or not. */
  readonly importedBy: (file: ts.SourceFile) => ReadonlySet<ts.SourceFile>;
}

/** One mistake to look for. Its words, severity and page are the catalogue's. */
export interface LintRule {
  /** The name it goes by in ESLint; the slug of its diagnostic. */
  readonly name: string;
  /** Reports only: the file stays as it is. A fix goes with the diagnostic where applying it is safe. */
  readonly validate: (file: LintedFile) => readonly Diagnostic[];
}
