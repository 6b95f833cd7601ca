/** The programmatic face of `mrtr`; servers import `mrtr/runtime` instead. */
export { catalog } from './diagnostics/catalog.gen.ts';
export type { DiagnosticCode } from './diagnostics/catalog.gen.ts';
export { DiagnosticError } from './diagnostics/diagnostic.ts';
export type { Diagnostic, RelatedSpan, Severity, Span } from './diagnostics/diagnostic.ts';
export type { GeneratorConfig } from './generator/load-config.ts';
