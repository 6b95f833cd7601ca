import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';

import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { findSourceUnits } from './find-source-units.ts';
import { findMarkers, writeMarkers, type Marker } from './markers.ts';
import type { MigrationResult, RewrittenFile } from './migration.ts';

/**
 * Writes a marker above each place that a person has to look at, and removes those that are solved.
 * @param result its diagnostics name files relative to `dir`
 */
export async function markFiles<Result extends MigrationResult>(
  dir: string,
  result: Result,
): Promise<Result> {
  const root = resolve(dir);
  const byFile = groupByFile(root, result.diagnostics);
  const files = new Map<string, RewrittenFile>(
    [...result.files].map(([path, file]) => [resolve(root, path), file]),
  );
  for (const path of await sourcesOf(root)) {
    const known = files.get(path);
    const before = known?.before ?? readSource(path);
    const diagnostics = byFile.get(path) ?? [];
    if (before === '' || (diagnostics.length === 0 && findMarkers(before).length === 0)) continue;
    const after = writeMarkers(path, before, known?.after ?? before, diagnostics);
    if (after !== before) files.set(path, { ...known, before, after });
    else files.delete(path);
  }
  return { ...result, files };
}

/** What has to be done, by absolute path; remarks need nobody. */
function groupByFile(root: string, diagnostics: readonly Diagnostic[]): ReadonlyMap<string, Diagnostic[]> {
  const byFile = new Map<string, Diagnostic[]>();
  for (const diagnostic of diagnostics) {
    const { span, severity } = diagnostic;
    if (span === undefined || severity === 'info') continue;
    const path = resolve(root, span.file);
    byFile.set(path, [...(byFile.get(path) ?? []), diagnostic]);
  }
  return byFile;
}

/** The markers of a directory that nothing is left to do for, by path relative to it. */
export async function findSolvedMarkers(
  dir: string,
  diagnostics: readonly Diagnostic[],
): Promise<readonly SolvedMarker[]> {
  const root = resolve(dir);
  const byFile = groupByFile(root, diagnostics);
  const solved: SolvedMarker[] = [];
  for (const path of await sourcesOf(root)) {
    const text = readSource(path);
    const markers = findMarkers(text);
    if (markers.length === 0) continue;
    const needed = findMarkers(writeMarkers(path, text, text, byFile.get(path) ?? [])).map(
      ({ code }) => code,
    );
    for (const marker of markers) {
      const index = needed.indexOf(marker.code);
      if (index >= 0) needed.splice(index, 1);
      else solved.push({ file: relative(root, path), ...marker });
    }
  }
  return solved;
}

export interface SolvedMarker extends Marker {
  readonly file: string;
}

async function sourcesOf(root: string): Promise<ReadonlySet<string>> {
  const units = await findSourceUnits(root);
  return new Set(units.flatMap(({ files }) => files));
}

/** As compilers read it, without a byte order mark. */
function readSource(path: string): string {
  return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
}
