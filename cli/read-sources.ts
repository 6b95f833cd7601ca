import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import type { Diagnostic } from '../diagnostics/diagnostic.ts';

/**
 * The texts of the files that the spans of `diagnostics` point into; one that cannot be read is left out.
 * @param known a text that is at hand, and must be taken instead of what is on disk now
 * @param dir what relative paths are relative to
 */
export function readSources(
  diagnostics: readonly Diagnostic[],
  known: (file: string) => string | undefined = () => undefined,
  dir = '.',
): ReadonlyMap<string, string> {
  const sources = new Map<string, string>();
  const spans = diagnostics.flatMap(({ span, related }) => [span, ...related.map((other) => other.span)]);
  for (const file of new Set(spans.flatMap((span) => (span === undefined ? [] : [span.file])))) {
    const text = known(file) ?? readIfPossible(resolve(dir, file));
    if (text !== undefined) sources.set(file, text);
  }
  return sources;
}

function readIfPossible(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // The diagnostic may be about just that; it is printed without a frame.
    return undefined;
  }
}
