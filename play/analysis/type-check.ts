import { ts } from '../../engine/syntax/ts.ts';
import type { Finding, Form } from './analysis.ts';

/** What TypeScript has to say about a file: mistakes in its syntax, else in its types. */
export function findTypeErrors(program: ts.Program, path: string): readonly ts.Diagnostic[] {
  const file = program.getSourceFile(path);
  if (file === undefined) return [];
  const syntactic = program.getSyntacticDiagnostics(file);
  return syntactic.length > 0 ? syntactic : program.getSemanticDiagnostics(file);
}

export function hasSyntaxErrors(program: ts.Program, path: string): boolean {
  const file = program.getSourceFile(path);
  return file === undefined || program.getSyntacticDiagnostics(file).length > 0;
}

export function describeTypeError({ code, messageText, start, length }: ts.Diagnostic, form: Form): Finding {
  const [title = '', ...remarks] = ts.flattenDiagnosticMessageText(messageText, '\n').split('\n');
  return {
    code: `TS${code}`,
    severity: 'error',
    form,
    ...(start === undefined ? {} : { start, end: start + (length ?? 0) }),
    title,
    remarks: remarks.map((line) => line.trim()),
  };
}
