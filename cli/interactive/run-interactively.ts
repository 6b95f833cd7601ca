import type { MigrateProject } from '../../codemods/project/migration.ts';
import type { Report } from '../report.ts';
import type { Colors } from '../reporters/pretty-diagnostic.ts';
import { guardWorkingTree, runMigration, type MigrateFlags } from '../run-migration.ts';
import type { StatusLine } from '../status-line.ts';
import { chooseHandlers } from './choose-handlers.ts';
import type { Prompter } from './prompter.ts';

/**
 * A migration in which a person decides on each handler.
 * @returns undefined when the person stopped; nothing has been written then
 * @throws {DiagnosticError} what `runMigration` throws
 */
export async function runInteractively(
  flags: MigrateFlags,
  migrateProject: MigrateProject,
  status: StatusLine,
  prompter: Prompter,
  colors: Colors,
): Promise<Report | undefined> {
  // Before the questions: answers that cannot be followed would be lost.
  if (!flags.dryRun) await guardWorkingTree(flags);
  const { patch: _patch, tests: _tests, ...others } = flags;
  const preview = { ...others, dryRun: true, verify: false, emitTests: false };
  const report = await runMigration(preview, migrateProject, status);
  status.clear();
  const choices = await chooseHandlers(report, flags.dir, prompter, colors);
  return choices === undefined ? undefined : runMigration({ ...flags, choices }, migrateProject, status);
}
