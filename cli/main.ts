import { Command, CommanderError } from 'commander';
import { createColors } from 'picocolors';

import { diag } from '../diagnostics/catalog.gen.ts';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { checkCommand } from './commands/check.ts';
import { compileCommand } from './commands/compile.ts';
import { explainCommand } from './commands/explain.ts';
import { generateCommand } from './commands/generate.ts';
import { migrateCommand } from './commands/migrate.ts';
import { playCommand } from './commands/play.ts';
import { schemaCommand } from './commands/schema.ts';
import { stateCommand } from './commands/state.ts';
import { undoCommand } from './commands/undo.ts';
import { wantsColor } from './io.ts';
import type { CliIo } from './io.ts';
import { readPackageInfo } from './package-info.ts';
import { readSources } from './read-sources.ts';
import { printDiagnostic } from './reporters/pretty-diagnostic.ts';

const COULD_NOT_RUN = 2;

/**
 * Runs one command line.
 * @param argv as `process.argv`: interpreter and script first
 * @param commands what can be run; the default is everything
 * @returns the exit code: 0 clean, 1 something is left to do, 2 could not run
 */
export async function main(
  argv: readonly string[],
  io: CliIo = process,
  commands: readonly Command[] = allCommands(io),
): Promise<number> {
  const program = createProgram(io, commands);
  try {
    await program.parseAsync([...argv]);
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : COULD_NOT_RUN;
    printFailure(error, program.opts<GlobalOptions>(), io);
    return COULD_NOT_RUN;
  }
}

interface GlobalOptions {
  readonly color: boolean;
  readonly verbose?: true;
}

function allCommands(io: CliIo): readonly Command[] {
  const loadCodemod = async () => (await import('../codemods/migrate.ts')).migrateProject;
  return [
    generateCommand(io),
    schemaCommand(io),
    migrateCommand(io, loadCodemod),
    checkCommand(io, loadCodemod),
    undoCommand(io),
    compileCommand(io),
    stateCommand(io),
    explainCommand(io),
    playCommand(io),
  ];
}

function createProgram(io: CliIo, commands: readonly Command[]): Command {
  const { version } = readPackageInfo();
  const program = new Command('mrtr')
    .description(
      'Brings await-style MCP servers to multi-round-trip requests (protocol revision 2026-07-28).',
    )
    .version(version)
    .option('--no-color', 'plain output (also: NO_COLOR=1)')
    .option('--verbose', 'show stack traces of internal errors')
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.stdout.write(text), writeErr: (text) => io.stderr.write(text) })
    .showHelpAfterError('(mrtr --help shows what there is)');
  for (const command of commands) {
    inheritSettings(command, program);
    program.addCommand(command);
  }
  return program;
}

/** `addCommand` does not hand on what was set on the program, unlike `command()`. */
function inheritSettings(command: Command, parent: Command): void {
  command.copyInheritedSettings(parent);
  for (const child of command.commands) inheritSettings(child, command);
}

function printFailure(error: unknown, { color, verbose }: GlobalOptions, io: CliIo): void {
  const colors = createColors(color && wantsColor(io.stderr, io.env));
  const diagnostics =
    error instanceof DiagnosticError ? error.diagnostics : [internalError(error, verbose === true)];
  const sources = readSources(diagnostics);
  for (const diagnostic of diagnostics) io.stderr.write(`${printDiagnostic(diagnostic, sources, colors)}\n`);
}

function internalError(error: unknown, verbose: boolean): Diagnostic {
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error ? error.stack : undefined;
  return diag.internalError(undefined, { message }, { notes: verbose && stack !== undefined ? [stack] : [] });
}
