import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { applyEdits } from '../../codemods/edits.ts';
import type { Diagnostic, FixEdit } from '../../diagnostics/diagnostic.ts';
import type { ChangedFile } from '../report.ts';

/**
 * Computes the files with the fixes of `diagnostics` applied. Of two fixes that touch the same text the first is taken;
 * the other one is found again by the next run.
 * @param dir what the spans are relative to
 */
export function applyFixes(diagnostics: readonly Diagnostic[], dir: string): readonly ChangedFile[] {
  const byFile = new Map<string, FixEdit[]>();
  for (const { fix } of diagnostics) {
    const edits = fix?.edits ?? [];
    const clashes = edits.some((edit) => (byFile.get(edit.file) ?? []).some((other) => overlap(edit, other)));
    if (clashes) continue;
    for (const edit of edits) byFile.set(edit.file, [...(byFile.get(edit.file) ?? []), edit]);
  }
  return [...byFile].map(([path, edits]) => {
    const before = readFileSync(resolve(dir, path), 'utf8');
    return { path, before, after: applyEdits(before, edits) };
  });
}

function overlap(a: FixEdit, b: FixEdit): boolean {
  return a.start === b.start || (a.start < b.end && b.start < a.end);
}
