/** A half-open range of UTF-16 offsets in one file. `file` is a path as the user gave it or relative to the project. */
export interface Span {
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

export type Severity = 'error' | 'warning' | 'info';

/** A second place that helps to understand the first: a definition, a later use. */
export interface RelatedSpan {
  readonly span: Span;
  readonly label: string;
}

/** Replaces `[start, end)` of a file by `newText`; UTF-16 offsets into its text as it is. */
export interface FixEdit extends Span {
  readonly newText: string;
}

/** A change that removes the reason for a diagnostic and keeps the meaning of everything else. */
export interface Fix {
  /** What it does, in the imperative, as a menu shows it. */
  readonly title: string;
  readonly edits: readonly FixEdit[];
}

/** What a user is told. The text comes from the page of its code in docs/diagnostics/. */
export interface Diagnostic {
  readonly code: string;
  readonly slug: string;
  readonly severity: Severity;
  /** One sentence: what is wrong. */
  readonly title: string;
  /** What to do about it. */
  readonly help: string;
  /** Absent only where there is no file to point at (a missing directory, a bad flag). */
  readonly span: Span | undefined;
  readonly related: readonly RelatedSpan[];
  readonly notes: readonly string[];
  readonly fix?: Fix;
}

/** What a call site may add to the text of the catalogue. */
export interface DiagnosticExtra {
  readonly related?: readonly RelatedSpan[];
  readonly notes?: readonly string[];
  readonly fix?: Fix;
}

/** Thrown by a command that cannot go on; the CLI prints its diagnostics and exits with 2. */
export class DiagnosticError extends Error {
  override readonly name = 'DiagnosticError';
  readonly diagnostics: readonly Diagnostic[];

  constructor(...diagnostics: Diagnostic[]) {
    super(diagnostics.map((d) => `${d.code}: ${d.title}`).join('\n'));
    this.diagnostics = diagnostics;
  }
}

/** Replaces `{name}` in a catalogue text; used by the generated catalogue only. */
export function fillTemplate(template: string, params: Readonly<Record<string, string | number>>): string {
  return template.replaceAll(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(params, name) ? String(params[name]) : whole,
  );
}
