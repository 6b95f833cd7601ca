import { relative, resolve } from 'node:path';

import { findSourceUnits } from '../../codemods/project/find-source-units.ts';
import { loadCandidates } from '../../codemods/project/load-candidates.ts';
import { UnitProjects } from '../../codemods/project/unit-projects.ts';
import type { Diagnostic, Span } from '../../diagnostics/diagnostic.ts';
import { lintFiles } from '../../lint/lint-files.ts';

/**
 * Lints the hand-written multi-round-trip code of a directory. Spans are relative to it.
 * @param projects what the units were loaded into before
 * @throws {DiagnosticError} MRTR6001 or MRTR6005 when there is nothing to read
 */
export async function lintProject(
  dir: string,
  projects = new UnitProjects(),
): Promise<readonly Diagnostic[]> {
  const root = resolve(dir);
  const findings: Diagnostic[] = [];
  for (const unit of await findSourceUnits(root)) {
    // Every file stays as it is on disk: no server is moved into a function here.
    const { files, program } = loadCandidates(unit, { skip: new Set(unit.files), projects });
    findings.push(...lintFiles(files, program.getTypeChecker()).map((finding) => relativeTo(root, finding)));
  }
  return findings;
}

function relativeTo(root: string, diagnostic: Diagnostic): Diagnostic {
  const move = <T extends Span>(span: T): T => ({ ...span, file: relative(root, span.file) });
  const { span, related, fix } = diagnostic;
  return {
    ...diagnostic,
    span: span && move(span),
    related: related.map((other) => ({ ...other, span: move(other.span) })),
    ...(fix === undefined ? {} : { fix: { ...fix, edits: fix.edits.map(move) } }),
  };
}
