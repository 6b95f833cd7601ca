import { diag } from '../../diagnostics/catalog.gen.ts';
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import type { Diagnostic, Span } from '../../diagnostics/diagnostic.ts';
import type { ts } from '../syntax/ts.ts';

export function spanOf(node: ts.Node): Span {
  const source = node.getSourceFile();
  return { file: source.fileName, start: node.getStart(source), end: node.end };
}

/** Stops the compilation of one function; `compile` reports it and leaves the function as it is. */
export function unsupported(node: ts.Node, construct: string): DiagnosticError {
  const diagnostic: Diagnostic = diag.notCompiled(spanOf(node), { construct });
  return new DiagnosticError(diagnostic);
}

const SHOWN = 40;

/** Source text as a message quotes it. */
export function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > SHOWN ? `${line.slice(0, SHOWN)}…` : line;
}
