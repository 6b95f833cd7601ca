import type { Diagnostic } from './diagnostic.ts';
import { computeLineStarts, positionAt } from './position.ts';

/** A diagnostic on one line and its help on the next, in the form that editors and CI find places in. */
export function printPlain({ code, severity, title, help, span }: Diagnostic, text: string): string {
  const message = `${severity} ${code}: ${title}\n  ${help}`;
  if (span === undefined) return message;
  const { line, column } = positionAt(computeLineStarts(text), span.start);
  return `${span.file}:${line}:${column} - ${message}`;
}
