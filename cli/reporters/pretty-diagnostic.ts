import type { createColors } from 'picocolors';

import { buildCodeFrame } from '../../diagnostics/code-frame.ts';
import type { FrameLine, FrameMark } from '../../diagnostics/code-frame.ts';
import type { Diagnostic, Severity, Span } from '../../diagnostics/diagnostic.ts';
import { computeLineStarts, positionAt } from '../../diagnostics/position.ts';

export type Colors = ReturnType<typeof createColors>;

/**
 * One diagnostic for a terminal: heading, code frame with the related places of the same file, frames of other files,
 * notes, help and where to read more.
 * @param sources file texts by span path; a place whose text is missing is printed as its path
 */
export function printDiagnostic(
  diagnostic: Diagnostic,
  sources: ReadonlyMap<string, string>,
  colors: Colors,
): string {
  const { code, severity, title, notes, help, fix } = diagnostic;
  const heading = `${severityColor(severity, colors)(`${severity}[${code}]`)}${colors.bold(`: ${title}`)}`;
  const remarks = [
    ...notes.map((note) => `note: ${note}`),
    `help: ${help}`,
    ...(fix === undefined ? [] : [`fix: ${fix.title} (--fix)`]),
    `more: mrtr explain ${code} (docs/diagnostics/${code}.md)`,
  ];
  return [
    heading,
    ...placesOf(diagnostic).flatMap((place) => printPlace(place, severity, sources, colors)),
    ...remarks.map((remark) => `  ${colors.blue('=')} ${remark.replaceAll('\n', '\n    ')}`),
  ].join('\n');
}

interface Place {
  readonly span: Span;
  readonly label: string;
  readonly primary: boolean;
}

/** Spans grouped by file; the file of the primary span comes first. */
function placesOf({
  span,
  related,
}: Diagnostic): readonly (readonly [file: string, places: readonly Place[]])[] {
  const places: Place[] = related.map((other) => ({ ...other, primary: false }));
  if (span !== undefined) places.unshift({ span, label: '', primary: true });
  const byFile = new Map<string, Place[]>();
  for (const place of places) byFile.set(place.span.file, [...(byFile.get(place.span.file) ?? []), place]);
  return [...byFile];
}

function printPlace(
  [file, places]: readonly [file: string, places: readonly Place[]],
  severity: Severity,
  sources: ReadonlyMap<string, string>,
  colors: Colors,
): readonly string[] {
  const text = sources.get(file);
  const first = places[0];
  if (text === undefined || first === undefined) return [`  ${colors.blue('-->')} ${file}`];
  const { line, column } = positionAt(computeLineStarts(text), first.span.start);
  const marks = places.map(({ span, label, primary }): FrameMark => ({
    start: span.start,
    end: span.end,
    label,
    primary,
  }));
  const frame = buildCodeFrame(text, marks);
  const gutter = Math.max(...frame.map(({ lineNumber }) => String(lineNumber ?? '').length));
  const pad = ' '.repeat(gutter);
  return [
    `${pad} ${colors.blue('-->')} ${file}:${line}:${column}`,
    `${pad} ${colors.blue('|')}`,
    ...frame.map((row) => printFrameLine(row, gutter, severity, colors)),
    `${pad} ${colors.blue('|')}`,
  ];
}

function printFrameLine(row: FrameLine, gutter: number, severity: Severity, colors: Colors): string {
  if (row.kind === 'gap') return colors.blue('...');
  const number = colors.blue(`${String(row.lineNumber ?? '').padStart(gutter)} |`);
  const paint =
    row.kind === 'underline-primary'
      ? severityColor(severity, colors)
      : row.kind === 'underline-secondary'
        ? colors.blue
        : String;
  return row.text === '' ? number : `${number} ${paint(row.text)}`;
}

function severityColor(severity: Severity, colors: Colors): (text: string) => string {
  const color = { error: colors.red, warning: colors.yellow, info: colors.cyan }[severity];
  return (text) => colors.bold(color(text));
}
