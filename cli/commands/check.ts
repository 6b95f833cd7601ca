import { Command } from 'commander';

import type { MigrateProject } from '../../codemods/project/migration.ts';
import type { CliIo } from '../io.ts';
import type { Report } from '../report.ts';
import { createStatusLine } from '../status-line.ts';
import { addReportOptions, assertReportTargets, type ReportOptions, writeReport } from '../write-report.ts';

interface CheckOptions extends ReportOptions {
  readonly fix?: true;
  readonly verify: boolean;
}

/**
 * `mrtr check [dir]`: exit code 0 when there is nothing to do, 1 when a handler is still to be migrated or anything but a
 * remark was reported, 2 when the command could not run.
 * @param loadCodemod called when the command runs
 */
export function checkCommand(io: CliIo, loadCodemod: () => Promise<MigrateProject>): Command {
  const command = new Command('check')
    .description('report what is left to migrate, and mistakes in multi-round-trip code')
    .argument('[dir]', 'directory of the server', '.')
    .option('--fix', 'apply the fixes that are safe')
    .option('--no-verify', 'skip the type check of what a migration would write');
  return addReportOptions(command).action(async (dir: string, options: CheckOptions, self: Command) => {
    assertReportTargets(options);
    const status = createStatusLine(io.stderr);
    // Not imported above: it brings the compiler along, which `mrtr --help` does not need.
    const { runCheck } = await import('../run-check.ts');
    try {
      const flags = { dir, fix: options.fix === true, verify: options.verify };
      const report = await runCheck(flags, await loadCodemod(), status, io.env);
      status.clear();
      const { color } = self.optsWithGlobals<{ color: boolean }>();
      await writeReport(report, options, { io, stream: io.stdout, color });
      process.exitCode = isClean(report) ? 0 : 1;
    } finally {
      status.clear();
    }
  });
}

function isClean({ sites, changedFiles, diagnostics }: Report): boolean {
  return (
    sites.length === 0 &&
    changedFiles.length === 0 &&
    diagnostics.every(({ severity }) => severity === 'info')
  );
}
