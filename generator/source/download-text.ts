import { diag } from '../../diagnostics/catalog.gen.ts';
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import { REVISION_NAMES } from './revisions.ts';

const TIMEOUT_MS = 30_000;

/** @throws {DiagnosticError} MRTR5001 when the server cannot be reached or does not answer with 2xx */
export async function downloadText(url: string): Promise<string> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok) throw new Error(`the server answered ${response.status} ${response.statusText}`.trim());
    return await response.text();
  } catch (error) {
    throw unreadable(url, describeFailure(error));
  }
}

export function unreadable(source: string, reason: string): DiagnosticError {
  return new DiagnosticError(
    diag.schemaUnreadable(undefined, { source, reason, revisions: REVISION_NAMES.join(', ') }),
  );
}

/** `fetch` says only "fetch failed"; what happened is in the cause. */
function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || error.message : error.message;
}
