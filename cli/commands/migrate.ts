import { Command, InvalidArgumentError, Option } from 'commander';
import { createColors } from 'picocolors';

import type { HandlerForm, MigrateProject } from '../../codemods/project/migration.ts';
import { diag } from '../../diagnostics/catalog.gen.ts';
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import type { Prompter } from '../interactive/prompter.ts';
import { wantsColor } from '../io.ts';
import type { CliIo } from '../io.ts';
import type { Report } from '../report.ts';
import { colorDiff, printUnifiedDiff } from '../reporters/unified-diff.ts';
import type { MigrateFlags } from '../run-migration.ts';
import { createStatusLine } from '../status-line.ts';
import type { StatusLine } from '../status-line.ts';
import { addReportOptions, assertReportTargets, isMachineReadable, writeReport } from '../write-report.ts';
import type { ReportOptions } from '../write-report.ts';

interface MigrateOptions extends ReportOptions {
  readonly dryRun?: true;
  readonly allowDirty?: true;
  readonly codec: 'mrtr' | 'sdk';
  readonly form: 'readable' | 'compiled';
  readonly fallback?: 'compile';
  readonly from?: 'v1' | 'v2';
  readonly only?: readonly string[];
  readonly ignore?: readonly string[];
  readonly verify: boolean;
  readonly test?: true;
  readonly testCommand?: string;
  readonly testTimeout: number;
  readonly patch?: string;
  readonly docs?: true;
  readonly markers?: true;
  readonly checkScript?: true;
  readonly emitTests?: true;
  readonly interactive?: true;
}

/**
 * `mrtr migrate [dir]`: exit code 0 when nothing is left to do, 1 when a handler was left as it was or an error was
 * reported, 2 when the command could not run. A diff goes to stdout alone, so that it can be piped.
 * @param loadCodemod called when the command runs
 * @param loadPrompter who `--interactive` talks with; the default is the terminal
 */
export function migrateCommand(
  io: CliIo,
  loadCodemod: () => Promise<MigrateProject>,
  loadPrompter: () => Promise<Prompter> = openTerminal,
): Command {
  const command = new Command('migrate')
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
    .addOption(repeatable('--only <pattern>', 'migrate only these handlers, by name or file (repeatable)'))
    .addOption(repeatable('--ignore <pattern>', 'leave these handlers, by name or file (repeatable)'))
    .option('--markers', 'mark in the sources what a person has to look at (`@mrtr-todo`)')
    .option('--check-script', 'add a script that runs `mrtr check` to package.json')
    .option('--docs', 'also tell of the key in .env.example and the README')
    .option('--no-verify', "skip the type check with the project's own TypeScript")
    .option(
      '--test',
      "run the project's tests before and after, in copies; write nothing if that breaks them",
    )
    .option('--test-command <line>', 'what to run instead of the script `test` (implies --test)')
    .addOption(
      new Option('--test-timeout <seconds>', 'what one run of the tests may take')
        .argParser(parseSeconds)
        .default(600),
    )
    .option('--patch <file>', 'also write the changes as a patch')
    .option('-i, --interactive', 'decide on each handler: apply, skip, compile, explain')
    .option('--emit-tests', 'also write vitest files that compare the old and the new handlers');
  return addReportOptions(command).action(async (dir: string, options: MigrateOptions, self: Command) => {
    assertReportTargets(options);
    const status = createStatusLine(io.stderr);
    const { dryRun = false, allowDirty = false, interactive, ...rest } = options;
    const flags = { ...rest, dir, dryRun, allowDirty, form: formOf(options), ...testsOf(options) };
    // Not imported above: it brings the compiler along, which `mrtr --help` does not need.
    const { runMigration } = await import('../run-migration.ts');
    try {
      const { color } = self.optsWithGlobals<{ color: boolean }>();
      const report =
        interactive === true
          ? await askAndRun(flags, await loadCodemod(), status, await loadPrompter(), color, io)
          : await runMigration(flags, await loadCodemod(), status);
      status.clear();
      if (report !== undefined) await printReport(report, options, color, io);
      process.exitCode = report !== undefined && isFinished(report) ? 0 : 1;
    } finally {
      status.clear();
    }
  });
}

async function askAndRun(
  flags: MigrateFlags,
  migrateProject: MigrateProject,
  status: StatusLine,
  prompter: Prompter,
  color: boolean,
  io: CliIo,
): Promise<Report | undefined> {
  const { runInteractively } = await import('../interactive/run-interactively.ts');
  const colors = createColors(color && wantsColor(io.stderr, io.env));
  return runInteractively(flags, migrateProject, status, prompter, colors);
}

/** @throws {DiagnosticError} MRTR6043 without a terminal to ask on */
async function openTerminal(): Promise<Prompter> {
  if (!process.stdin.isTTY) throw new DiagnosticError(diag.noTerminal(undefined));
  const { createTerminalPrompter } = await import('../interactive/prompter.ts');
  return createTerminalPrompter(process.stdin, process.stderr);
}

function repeatable(flags: string, description: string): Option {
  const collect = (value: string, previous: readonly string[] = []): readonly string[] => [
    ...previous,
    value,
  ];
  return new Option(flags, description).argParser(collect);
}

function testsOf({ test, testCommand, testTimeout }: MigrateOptions): Pick<MigrateFlags, 'tests'> {
  if (test !== true && testCommand === undefined) return {};
  return { tests: { command: testCommand, seconds: testTimeout } };
}

/** @throws {InvalidArgumentError} */
function parseSeconds(text: string): number {
  const seconds = Number(text);
  // Timers of Node hold no more.
  if (seconds > 0 && seconds * 1000 < 2 ** 31) return seconds;
  throw new InvalidArgumentError('It must be a number of seconds.');
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

async function printReport(
  report: Report,
  options: MigrateOptions,
  color: boolean,
  io: CliIo,
): Promise<void> {
  const isDry = options.dryRun === true;
  if (isDry && !isMachineReadable(options)) {
    const colors = createColors(color && wantsColor(io.stdout, io.env));
    io.stdout.write(colorDiff(printUnifiedDiff(report.changedFiles), colors));
  }
  await writeReport(report, options, { io, stream: isDry ? io.stderr : io.stdout, color });
}
