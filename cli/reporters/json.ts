import type { Diagnostic, Span } from '../../diagnostics/diagnostic.ts';
import { computeLineStarts, positionAt } from '../../diagnostics/position.ts';
import type { Report } from '../report.ts';
import { printUnifiedDiff } from './unified-diff.ts';

/**
 * The report for programs: one JSON object, ended by a newline. Its `version` grows when a field changes its meaning;
 * new fields may come at any time. Every span has offsets and, where the text is at hand, 1-based lines and columns.
 */
export function printJson(data: Report): string {
  const { command, written, changedFiles, fixedFiles, sites, diagnostics, sources } = data;
  const report = {
    version: 1,
    command,
    written,
    changedFiles: changedFiles.map((file) => ({
      path: file.path,
      isNew: file.before === undefined,
      diff: printUnifiedDiff([file]),
    })),
    ...(fixedFiles === undefined ? {} : { fixedFiles }),
    sites,
    diagnostics: describeDiagnostics(diagnostics, sources),
  };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

/** Diagnostics as every JSON report has them. */
export function describeDiagnostics(
  diagnostics: readonly Diagnostic[],
  sources: ReadonlyMap<string, string>,
): readonly object[] {
  const lineStarts = new Map([...sources].map(([file, text]) => [file, computeLineStarts(text)]));
  return diagnostics.map((diagnostic) => describeDiagnostic(diagnostic, lineStarts));
}

type LineStarts = ReadonlyMap<string, readonly number[]>;

function describeDiagnostic(diagnostic: Diagnostic, lineStarts: LineStarts): object {
  const { span, related, ...text } = diagnostic;
  return {
    ...text,
    span: span && describeSpan(span, lineStarts),
    related: related.map((other) => ({ label: other.label, span: describeSpan(other.span, lineStarts) })),
    docs: `docs/diagnostics/${diagnostic.code}.md`,
  };
}

/** A span with the lines and columns of its ends, where the text is at hand. */
export function describeSpan(span: Span, lineStarts: LineStarts): object {
  const starts = lineStarts.get(span.file);
  if (starts === undefined) return span;
  return {
    ...span,
    startPosition: positionAt(starts, span.start),
    endPosition: positionAt(starts, span.end),
  };
}
