import { relative, resolve } from 'node:path';

import type { MigrateProject } from '../codemods/project/migration.ts';
import { applyFixes } from './check/apply-fixes.ts';
import { findStaleFiles } from './check/find-stale-files.ts';
import { lintProject } from './check/lint-project.ts';
import type { CliIo } from './io.ts';
import { readSources } from './read-sources.ts';
import type { Report } from './report.ts';
import { runMigration } from './run-migration.ts';
import type { StatusLine } from './status-line.ts';
import { writeFilesAtomically } from './write-files.ts';

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
  const fixedFiles = fix ? await writeFixes(dir, env) : [];
  const flags = { dir, codec: 'mrtr', form: 'readable', dryRun: true, allowDirty: true, verify } as const;
  const migration = await runMigration(flags, migrateProject, status);
  status.update('linting');
  const found = [...(await lintProject(dir)), ...(await findStaleFiles(dir, env)).diagnostics];
  const sources = readSources(found, (file) => migration.sources.get(file), dir);
  return {
    ...migration,
    command: 'check',
    fixedFiles,
    diagnostics: [...migration.diagnostics, ...found],
    sources: new Map([...migration.sources, ...sources]),
  };
}

async function writeFixes(dir: string, env: CliIo['env']): Promise<readonly string[]> {
  const fixed = applyFixes(await lintProject(dir), dir).map(
    ({ path, after }) => [resolve(dir, path), after] as const,
  );
  const files = new Map([...fixed, ...(await findStaleFiles(dir, env)).fresh]);
  await writeFilesAtomically(files);
  return [...files.keys()].map((path) => relative(resolve(dir), path));
}
