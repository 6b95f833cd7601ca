import { existsSync, readFileSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';

import { findSolvedMarkers } from '../codemods/project/mark-files.ts';
import type { MigrateProject } from '../codemods/project/migration.ts';
import { UnitProjects } from '../codemods/project/unit-projects.ts';
import { diag } from '../diagnostics/catalog.gen.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { applyFixes } from './check/apply-fixes.ts';
import { findStaleFiles } from './check/find-stale-files.ts';
import { lintProject } from './check/lint-project.ts';
import type { CliIo } from './io.ts';
import { readSources } from './read-sources.ts';
import type { ChangedFile, Report } from './report.ts';
import { runMigration } from './run-migration.ts';
import type { StatusLine } from './status-line.ts';
import { writeWithRecord } from './undo/write-with-record.ts';

export interface CheckFlags {
  readonly dir: string;
  /** Apply the fixes that are safe before looking for what is left. */
  readonly fix: boolean;
  /** Type-check what a migration would write. */
  readonly verify: boolean;
}

/**
 * All that `migrate` would report, and the findings in hand-written multi-round-trip code and in generated files. Nothing
 * is written but fixes.
 * @throws {DiagnosticError} when the directory or the configuration cannot be used, or a fixed file cannot be written
 */
export async function runCheck(
  { dir, fix, verify }: CheckFlags,
  migrateProject: MigrateProject,
  status: StatusLine,
  env: CliIo['env'],
): Promise<Report> {
  const fixes = fix ? await writeFixes(dir, env) : NO_FIXES;
  const flags = { dir, codec: 'mrtr', form: 'readable', dryRun: true, allowDirty: true, verify } as const;
  const projects = new UnitProjects();
  const migration = await runMigration(flags, migrateProject, status, projects);
  status.update('linting');
  const found = [
    ...(await lintProject(dir, projects)),
    ...(await findStaleFiles(dir, env)).diagnostics,
    ...(await findSolvedMarkers(dir, migration.diagnostics)).map(({ file, start, text, code }) =>
      diag.markerSolved({ file, start, end: start + text.length }, { solved: code }),
    ),
  ];
  const sources = readSources(found, (file) => migration.sources.get(file), dir);
  return {
    ...migration,
    command: 'check',
    fixedFiles: fixes.fixedFiles,
    diagnostics: [...fixes.diagnostics, ...migration.diagnostics, ...found],
    sources: new Map([...migration.sources, ...sources]),
  };
}

async function writeFixes(dir: string, env: CliIo['env']): Promise<Fixes> {
  const { fresh } = await findStaleFiles(dir, env);
  const files = [
    ...applyFixes(await lintProject(dir), dir),
    ...[...fresh].map(([path, after]) => describe(dir, path, after)),
  ];
  const diagnostics = await writeWithRecord('check --fix', dir, files);
  return { fixedFiles: files.map(({ path }) => path), diagnostics };
}

const NO_FIXES: Fixes = { fixedFiles: [], diagnostics: [] };

interface Fixes {
  readonly fixedFiles: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

function describe(dir: string, path: string, after: string): ChangedFile {
  const before = existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  return { path: relative(resolve(dir), path).replaceAll(sep, '/'), before, after };
}
