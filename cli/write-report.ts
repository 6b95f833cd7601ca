import { resolve } from 'node:path';

import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { createColors } from 'picocolors';

import { assertReportFiles } from './assert-report-files.ts';
import { wantsColor } from './io.ts';
import type { CliIo, OutputStream } from './io.ts';
import type { Report } from './report.ts';
import { printGithub } from './reporters/github.ts';
import { printJson } from './reporters/json.ts';
import { printMarkdown } from './reporters/markdown.ts';
import { printPretty } from './reporters/pretty.ts';
import { writeFilesAtomically } from './write-files.ts';

const FORMATS = ['pretty', 'json', 'github', 'md', 'sarif', 'html'] as const;
type Format = (typeof FORMATS)[number];

/** One `--report`: the format, and the file it goes to instead of stdout. */
interface ReportTarget {
  readonly format: Format;
  readonly file: string | undefined;
}

export interface ReportOptions {
  readonly report?: readonly ReportTarget[];
  readonly json?: true;
}

/** Where a report without a file goes. */
export interface ReportSink {
  readonly io: CliIo;
  readonly stream: OutputStream;
  /** False under --no-color. */
  readonly color: boolean;
}

/** Adds `--report` (repeatable) and `--json` to a command that ends in {@link writeReport}. */
export function addReportOptions(command: Command): Command {
  const report = new Option(
    '--report <format[=file]>',
    `${FORMATS.join(', ')}; with a file it goes there, and it may be given several times`,
  ).argParser(parseTarget);
  return command.addOption(report).option('--json', 'short for --report json');
}

function parseTarget(text: string, before: readonly ReportTarget[] = []): readonly ReportTarget[] {
  const [name = '', ...rest] = text.split('=');
  const format = FORMATS.find((one) => one === name);
  if (format === undefined) throw new InvalidArgumentError(`Allowed formats are ${FORMATS.join(', ')}.`);
  const file = rest.length === 0 ? undefined : rest.join('=');
  if (file === '') throw new InvalidArgumentError(`There is no file after \`${name}=\`.`);
  const target = { format, file };
  if (file === undefined && before.some((other) => other.file === undefined))
    throw new InvalidArgumentError('Only one report can go to stdout; give the others a file.');
  return [...before, target];
}

/** Whether stdout gets something for programs, so that nothing else may be printed there. */
export function isMachineReadable(options: ReportOptions): boolean {
  return targetsOf(options).some(
    ({ format, file }) => file === undefined && format !== 'pretty' && format !== 'github',
  );
}

/**
 * Writes the report in every format asked for; without one to a stream it is printed for people.
 * @throws {DiagnosticError} MRTR6002 when a file cannot be written
 */
export async function writeReport(report: Report, options: ReportOptions, sink: ReportSink): Promise<void> {
  const files = new Map<string, string>();
  for (const { format, file } of targetsOf(options)) {
    const { stream, io, color } = sink;
    if (file !== undefined) files.set(resolve(file), await print(report, format, createColors(false)));
    else {
      const isForPeople = format === 'pretty' || format === 'github';
      const target = isForPeople ? stream : io.stdout;
      target.write(await print(report, format, createColors(color && wantsColor(target, io.env))));
    }
  }
  await writeFilesAtomically(files);
}

/**
 * Looks whether the files of the reports can be written, before a command changes anything.
 * @throws {DiagnosticError} MRTR6002
 */
export function assertReportTargets(options: ReportOptions): void {
  assertReportFiles(targetsOf(options).flatMap(({ file }) => file ?? []));
}

function targetsOf({ report = [], json }: ReportOptions): readonly ReportTarget[] {
  const toStream = json === true ? 'json' : 'pretty';
  return report.some(({ file }) => file === undefined)
    ? report
    : [...report, { format: toStream, file: undefined }];
}

async function print(
  report: Report,
  format: Format,
  colors: ReturnType<typeof createColors>,
): Promise<string> {
  switch (format) {
    case 'pretty':
      return printPretty(report, colors);
    case 'json':
      return printJson(report);
    case 'github':
      return printGithub(report);
    case 'md':
      return printMarkdown(report);
    case 'sarif':
      return (await import('./reporters/sarif.ts')).printSarif(report);
    case 'html':
      return (await import('./reporters/html/print-html.ts')).printHtml(report);
  }
}
