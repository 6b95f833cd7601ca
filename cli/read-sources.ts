import { readFileSync } from 'node:fs';

import type { Diagnostic } from '../diagnostics/diagnostic.ts';

/** Reads the files that the spans of `diagnostics` point into; one that cannot be read is left out. */
export function readSources(diagnostics: readonly Diagnostic[]): ReadonlyMap<string, string> {
  const sources = new Map<string, string>();
  for (const { span, related } of diagnostics) {
    for (const place of [span, ...related.map((other) => other.span)]) {
      if (place === undefined || sources.has(place.file)) continue;
      try {
        sources.set(place.file, readFileSync(place.file, 'utf8'));
      } catch {
        // The diagnostic may be about just that; it is printed without a frame.
      }
    }
  }
  return sources;
}
