import { Command, Option } from 'commander';
import { createColors } from 'picocolors';

import type { HandlerForm, MigrateProject } from '../../codemods/project/migration.ts';
import { wantsColor } from '../io.ts';
import type { CliIo } from '../io.ts';
import type { Report } from '../report.ts';
import { printGithub } from '../reporters/github.ts';
import { printJson } from '../reporters/json.ts';
import { printPretty } from '../reporters/pretty.ts';
import { colorDiff, printUnifiedDiff } from '../reporters/unified-diff.ts';
import { createStatusLine } from '../status-line.ts';

interface MigrateOptions {
  readonly dryRun?: true;
  readonly allowDirty?: true;
  readonly codec: 'mrtr' | 'sdk';
  readonly form: 'readable' | 'compiled';
  readonly fallback?: 'compile';
  readonly from?: 'v1' | 'v2';
  readonly report: 'pretty' | 'json' | 'github';
  readonly verify: boolean;
  readonly patch?: string;
}

/**
 * `mrtr migrate [dir]`: exit code 0 when nothing is left to do, 1 when a handler was left as it was or an error was
 * reported, 2 when the command could not run. A diff goes to stdout alone, so that it can be piped.
 * @param loadCodemod called when the command runs
 */
export function migrateCommand(io: CliIo, loadCodemod: () => Promise<MigrateProject>): Command {
  return new Command('migrate')
    .description('rewrite await-style handlers into multi-round-trip handlers')
    .argument('[dir]', 'directory of the server', '.')
    .option('--dry-run', 'print a unified diff and write nothing')
    .option('--allow-dirty', 'run although the working tree has uncommitted changes')
    .addOption(new Option('--codec <codec>', 'what seals the state').choices(['mrtr', 'sdk']).default('mrtr'))
    .addOption(
      new Option('--form <form>', 'rewrite handlers, or mark them for `mrtr compile`')
        .choices(['readable', 'compiled'])
        .default('readable'),
    )
    .addOption(
      new Option('--fallback <way>', 'what to do with handlers that cannot be rewritten').choices([
        'compile',
      ]),
    )
    .addOption(
      new Option(
        '--from <version>',
        'version of the SDK the server is on; by default its imports tell',
      ).choices(['v1', 'v2']),
    )
    .addOption(
      new Option('--report <format>', 'format of the report')
        .choices(['pretty', 'json', 'github'])
        .default('pretty'),
    )
    .addOption(new Option('--json', 'short for --report json').implies({ report: 'json' }))
    .option('--no-verify', "skip the type check with the project's own TypeScript")
    .option('--patch <file>', 'also write the changes as a patch')
    .action(async (dir: string, options: MigrateOptions, command: Command) => {
      const status = createStatusLine(io.stderr);
      const { dryRun = false, allowDirty = false, codec, verify, patch, from } = options;
      const form = formOf(options);
      const flags = {
        dir,
        dryRun,
        allowDirty,
        codec,
        form,
        verify,
        ...(patch === undefined ? {} : { patch }),
        ...(from === undefined ? {} : { from }),
      };
      // Not imported above: it brings the compiler along, which `mrtr --help` does not need.
      const { runMigration } = await import('../run-migration.ts');
      try {
        const report = await runMigration(flags, await loadCodemod(), status);
        status.clear();
        printReport(report, options, command.optsWithGlobals<{ color: boolean }>().color, io);
        process.exitCode = isFinished(report) ? 0 : 1;
      } finally {
        status.clear();
      }
    });
}

function formOf({ form, fallback }: MigrateOptions): HandlerForm {
  return form === 'readable' && fallback === 'compile' ? 'fallback' : form;
}

function isFinished({ sites, diagnostics }: Report): boolean {
  return (
    sites.every(({ outcome }) => outcome !== 'diagnosed') &&
    diagnostics.every(({ severity }) => severity !== 'error')
  );
}

function printReport(
  report: Report,
  { report: format, dryRun }: MigrateOptions,
  color: boolean,
  io: CliIo,
): void {
  if (format === 'json') {
    io.stdout.write(printJson(report));
    return;
  }
  const colorsOf = (stream: CliIo['stdout']) => createColors(color && wantsColor(stream, io.env));
  const stream = dryRun === true ? io.stderr : io.stdout;
  if (dryRun === true) io.stdout.write(colorDiff(printUnifiedDiff(report.changedFiles), colorsOf(io.stdout)));
  stream.write(format === 'github' ? printGithub(report) : printPretty(report, colorsOf(stream)));
}
