import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';

import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { migrateUnit, withSpans } from './migrate-unit.ts';
import { findSourceUnits } from './project/find-source-units.ts';
import { formatRewrites } from './project/format-rewrites.ts';
import { mayAsk, mayBeWired } from './project/may-ask.ts';
import type { MigratedSite, MigrateProject, RewrittenFile } from './project/migration.ts';

/**
 * Computes the migration of every source unit below a directory. Nothing is written.
 * @throws {DiagnosticError} when the directory has no sources.
 */
export const migrateProject: MigrateProject = async (options) => {
  const root = resolve(options.dir);
  const files = new Map<string, RewrittenFile>();
  const sites: MigratedSite[] = [];
  const diagnostics: Diagnostic[] = [];
  const read = (path: string): string => options.base?.get(path) ?? readFileSync(path, 'utf8');
  for (const unit of await findSourceUnits(root)) {
    if (!mayAsk(unit, read) && !mayBeWired(unit, read)) continue;
    const migration = migrateUnit(unit, root, options);
    for (const [file, change] of migration.files) files.set(file, change);
    sites.push(...migration.sites.map((site) => ({ ...site, file: relative(root, site.file) })));
    diagnostics.push(...migration.diagnostics.map((diagnostic) => relativeTo(root, diagnostic)));
  }
  return { files: await formatRewrites(files, root), sites, diagnostics };
};

function relativeTo(root: string, diagnostic: Diagnostic): Diagnostic {
  return withSpans(diagnostic, (span) => ({ ...span, file: relative(root, span.file) }));
}
