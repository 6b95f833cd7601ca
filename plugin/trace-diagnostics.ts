import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

import type { EncodedSourceMap } from '@jridgewell/remapping';
import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping';

import type { Diagnostic, Span } from '../diagnostics/diagnostic.ts';
import { computeLineStarts, offsetAt, positionAt } from '../diagnostics/position.ts';
import { shownPath } from '../diagnostics/shown-path.ts';

/**
 * Moves the places of diagnostics from emitted text to the sources its map leads to, as far as it does: people read what
 * they wrote. A place whose source is not on disk stays where it is.
 * @param mapPath absolute path that the map's sources are relative to
 */
export function traceDiagnostics(
  diagnostics: readonly Diagnostic[],
  text: string,
  map: EncodedSourceMap,
  mapPath: string,
): readonly Diagnostic[] {
  if (diagnostics.length === 0) return diagnostics;
  const tracer = new TraceMap(map);
  const starts = computeLineStarts(text);
  const trace = (span: Span): Span => {
    const from = placeOf(tracer, positionAt(starts, span.start));
    const path = from && resolve(dirname(mapPath), from.source);
    if (from === undefined || path === undefined || !existsSync(path)) return span;
    const original = readFileSync(path, 'utf8');
    const start = offsetAt(computeLineStarts(original), from);
    // Ends are no places of their own in a map: the text decides how much of it was written like this.
    const emitted = text.slice(span.start, span.end);
    const length = original.startsWith(emitted, start) ? emitted.length : 1;
    return { file: shownPath(path), start, end: start + length };
  };
  return diagnostics.map((diagnostic) => ({
    ...diagnostic,
    span: diagnostic.span && trace(diagnostic.span),
    related: diagnostic.related.map((other) => ({ ...other, span: trace(other.span) })),
  }));
}

interface Place {
  readonly source: string;
  readonly line: number;
  readonly column: number;
}

function placeOf(tracer: TraceMap, { line, column }: Omit<Place, 'source'>): Place | undefined {
  const found = originalPositionFor(tracer, { line, column: column - 1 });
  if (found.source === null) return undefined;
  return { source: found.source, line: found.line, column: found.column + 1 };
}
