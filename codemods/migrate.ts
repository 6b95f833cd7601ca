import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';

import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { migrateUnit, withSpans, type UnitContext, type UnitMigration } from './migrate-unit.ts';
import { findMissingModules } from './project/find-missing-modules.ts';
import { findMocksOfAsks } from './project/find-mocks-of-asks.ts';
import { findSourceUnits, findStrayFiles, type SourceUnit } from './project/find-source-units.ts';
import { findStrayAsks } from './project/find-stray-asks.ts';
import { findTestsOfHelpers } from './project/find-tests-of-helpers.ts';
import { formatRewrites } from './project/format-rewrites.ts';
import type { ImportedAsks } from './project/imported-asks.ts';
import { mayAsk, mayBeWired } from './project/may-ask.ts';
import type { MigratedSite, MigrateProject, RewrittenFile } from './project/migration.ts';
import { OutsideCallers } from './project/outside-callers.ts';
import { WorkspaceAsks } from './project/workspace-asks.ts';
import { isTestFile } from './server-entry/is-test-file.ts';

/**
 * Computes the migration of every source unit below a directory. Nothing is written.
 * @throws {DiagnosticError} when the directory has no sources.
 */
export const migrateProject: MigrateProject = async (options) => {
  const { form = 'readable' } = options;
  const root = resolve(options.dir);
  const files = new Map<string, RewrittenFile>();
  const sites: MigratedSite[] = [];
  const diagnostics: Diagnostic[] = [];
  const read = (path: string): string => options.base?.get(path) ?? readFileSync(path, 'utf8');
  const units = await findSourceUnits(root);
  const workspace = new WorkspaceAsks(root, units, read);
  const strayFiles = await findStrayFiles(root, units);
  // What the compiler takes over keeps its parameters, so that its tests stay true.
  const fateOfTests = form === 'fallback' ? 'kept' : 'told';
  const importedBy = (unit: SourceUnit): ImportedAsks | undefined =>
    form === 'readable' ? undefined : workspace.importedBy(unit);
  const contextOf = (unit: SourceUnit): UnitContext => ({
    outside: new OutsideCallers(root, unit, strayFiles?.files ?? [], read, fateOfTests),
    imported: importedBy(unit),
    observe: (observed) => workspace.observe(unit, observed),
  });
  const migrations = migrateUnits(units, {
    isConcerned: (unit) => mayAsk(unit, read) || mayBeWired(unit, read),
    migrate: (unit) => migrateUnit(unit, root, options, contextOf(unit)),
    importedBy,
  });
  for (const migration of migrations) {
    for (const [file, change] of migration.files) files.set(file, change);
    sites.push(...migration.sites.map((site) => ({ ...site, file: relative(root, site.file) })));
    const found = migration.diagnostics.map((diagnostic) => relativeTo(root, diagnostic));
    diagnostics.push(...(units.length > 1 ? found.map(noteOtherProjects) : found));
  }
  const stranded = workspace.report(
    form,
    migrations.flatMap(({ followed }) => followed),
  );
  const strays = strayFiles && (await findStrayAsks(strayFiles, root, read, options));
  sites.push(...stranded.sites, ...(strays?.sites ?? []));
  diagnostics.push(...stranded.diagnostics, ...(strays?.diagnostics ?? []));
  diagnostics.push(
    ...findMissingModules(strayFiles === undefined ? units : [...units, strayFiles], root, read),
  );
  const tests = (strayFiles?.files ?? []).filter((file) => isTestFile(relative(root, file)));
  const helpers = migrations.flatMap((migration) => migration.helpers);
  diagnostics.push(
    ...findTestsOfHelpers(tests, helpers, read).map((diagnostic) => relativeTo(root, diagnostic)),
  );
  // Of the compiled form, tests see the handlers as they are written, which ask as ever.
  if (sites.some(({ outcome }) => outcome === 'guard' || outcome === 'phases'))
    diagnostics.push(...(await findMocksOfAsks(root, read)));
  return { files: await formatRewrites(files, root), sites, diagnostics };
};

interface UnitsMigration {
  readonly isConcerned: (unit: SourceUnit) => boolean;
  readonly migrate: (unit: SourceUnit) => UnitMigration;
  readonly importedBy: (unit: SourceUnit) => ImportedAsks | undefined;
}

/**
 * Migrates each unit, and again when other units turn out to compile what it asks through. That ends: what a unit compiles
 * for others goes at most through all of them.
 */
function migrateUnits(
  units: readonly SourceUnit[],
  { isConcerned, migrate, importedBy }: UnitsMigration,
): readonly UnitMigration[] {
  const migrations = new Map<SourceUnit, { readonly key: string; readonly migration: UnitMigration }>();
  const keyOf = (unit: SourceUnit): string => importedBy(unit)?.key ?? '';
  const run = (unit: SourceUnit): void => {
    migrations.set(unit, { key: keyOf(unit), migration: migrate(unit) });
  };
  // What was loaded last to upgrade it is migrated first, while it is still there.
  for (const unit of units.toReversed()) if (isConcerned(unit)) run(unit);
  for (const _ of units) {
    const outdated = units.filter((unit) => keyOf(unit) !== (migrations.get(unit)?.key ?? ''));
    if (outdated.length === 0) break;
    for (const unit of outdated) run(unit);
  }
  return units.flatMap((unit) => migrations.get(unit)?.migration ?? []);
}

/** Calls from other projects are seen (MRTR1020) where they import the package by its name. */
function noteOtherProjects(diagnostic: Diagnostic): Diagnostic {
  if (diagnostic.code !== 'MRTR1014') return diagnostic;
  const note =
    'calls in other projects of this workspace are found where they import it by the name of its package';
  return { ...diagnostic, notes: [...diagnostic.notes, note] };
}

function relativeTo(root: string, diagnostic: Diagnostic): Diagnostic {
  return withSpans(diagnostic, (span) => ({ ...span, file: relative(root, span.file) }));
}
