import type { Diagnostic, Severity } from '../../diagnostics/diagnostic.ts';
import { computeLineStarts, positionAt } from '../../diagnostics/position.ts';
import type { Report } from '../report.ts';

const COMMANDS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'notice' };

/**
 * Workflow commands that GitHub Actions shows as annotations
 * (docs.github.com, "Workflow commands for GitHub Actions": `::error file=,line=,col=,title=::message`).
 */
export function printGithub({ diagnostics, sources }: Report): string {
  return diagnostics.map((diagnostic) => printAnnotation(diagnostic, sources)).join('');
}

function printAnnotation(diagnostic: Diagnostic, sources: ReadonlyMap<string, string>): string {
  const { code, severity, title, help, notes } = diagnostic;
  const properties = [...placeOf(diagnostic, sources), ['title', code] as const].map(
    ([name, value]) => `${name}=${escapeProperty(value)}`,
  );
  return `::${COMMANDS[severity]} ${properties.join(',')}::${escapeData([title, ...notes, help].join('\n'))}\n`;
}

function placeOf(
  { span }: Diagnostic,
  sources: ReadonlyMap<string, string>,
): readonly (readonly [string, string])[] {
  if (span === undefined) return [];
  const text = sources.get(span.file);
  if (text === undefined) return [['file', span.file]];
  const starts = computeLineStarts(text);
  const from = positionAt(starts, span.start);
  const to = positionAt(starts, span.end);
  return [
    ['file', span.file],
    ['line', String(from.line)],
    ['endLine', String(to.line)],
    ['col', String(from.column)],
  ];
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
