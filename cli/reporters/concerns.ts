import type { MigratedSite } from '../../codemods/project/migration.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { computeLineStarts, positionAt } from '../../diagnostics/position.ts';

/** Whether a diagnostic is about the lines of a site. */
export function concerns(
  site: MigratedSite,
  { span }: Diagnostic,
  sources: ReadonlyMap<string, string>,
): boolean {
  const text = span && sources.get(span.file);
  if (span === undefined || text === undefined || span.file !== site.file) return false;
  const { line } = positionAt(computeLineStarts(text), span.start);
  return line >= site.line && line <= (site.endLine ?? site.line);
}
