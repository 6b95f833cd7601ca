import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { ts } from '../../engine/syntax/ts.ts';

/** `ts.DiagnosticCategory`, whose namespace belongs to whichever TypeScript is the host. */
const CATEGORY: Readonly<Record<Diagnostic['severity'], ts.DiagnosticCategory>> = {
  warning: 0,
  error: 1,
  info: 3,
};

/** A diagnostic of ours as TypeScript reports its own; the span must be one of `file`. */
export function toTsDiagnostic(
  { code, severity, title, help, span }: Diagnostic,
  file: ts.SourceFile,
): ts.DiagnosticWithLocation {
  const { start, end } = span ?? { start: 0, end: 0 };
  return {
    file,
    start,
    length: end - start,
    category: CATEGORY[severity],
    code: Number(code.replace('MRTR', '')),
    source: 'mrtr',
    messageText: `${code}: ${title}\n${help}`,
  };
}
