import { Command } from 'commander';
import { createColors } from 'picocolors';

import { findTracked } from '../../codemods/project/inspect-git.ts';
import { findTypeScript } from '../../codemods/project/run-tsc.ts';
import { diag } from '../../diagnostics/catalog.gen.ts';
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { shownPath } from '../../diagnostics/shown-path.ts';
import type { CompiledTree } from '../../plugin/compile-tree.ts';
import { wantsColor } from '../io.ts';
import type { CliIo } from '../io.ts';
import { readSources } from '../read-sources.ts';
import { describeDiagnostics } from '../reporters/json.ts';
import { plural } from '../reporters/plural.ts';
import { printDiagnostic } from '../reporters/pretty-diagnostic.ts';
import { createStatusLine } from '../status-line.ts';
import { writeFilesAtomically } from '../write-files.ts';

interface CompileFlags {
  readonly out?: string;
  readonly check?: true;
  readonly json?: true;
  readonly allowTracked?: true;
}

/**
 * `mrtr compile <paths...>`: exit code 0 when every marked function is compiled, 1 when one could not be or when
 * `--check` found some that are not, 2 when the command could not run.
 */
export function compileCommand(io: CliIo): Command {
  return new Command('compile')
    .description('compile the functions that resumable(…) marks, after or before another compiler')
    .argument('<paths...>', 'directories, files or globs; JavaScript in them is compiled in place')
    .option('--out <dir>', 'write a compiled copy of one directory, TypeScript included, instead')
    .option('--check', 'write nothing; exit 1 when a marked function is not compiled')
    .option('--allow-tracked', 'compile files in place although git tracks them')
    .option('--json', 'print the result as JSON')
    .action(async (paths: readonly string[], flags: CompileFlags, command: Command) => {
      const { color } = command.optsWithGlobals<{ color: boolean }>();
      const result = await compile(paths, flags, io);
      const report = flags.json === true ? printJson(result, flags) : printPretty(result, flags, color, io);
      io.stdout.write(report);
      const isClean = result.diagnostics.every(({ severity }) => severity !== 'error');
      process.exitCode = isClean && !(flags.check === true && result.compiled.length > 0) ? 0 : 1;
    });
}

async function compile(
  paths: readonly string[],
  { out, check, allowTracked }: CompileFlags,
  io: CliIo,
): Promise<CompiledTree> {
  const status = createStatusLine(io.stderr);
  // Not imported above: it brings the compiler along, which `mrtr --help` does not need.
  const { compileTree } = await import('../../plugin/compile-tree.ts');
  const { findIgnoredPlugins } = await import('../../plugin/find-ignored-plugins.ts');
  try {
    const result = await compileTree({
      paths,
      ...(out === undefined ? {} : { out }),
      onProgress: ({ done, total, file }) => status.update(`compiling ${done}/${total} ${file}`),
    });
    if (check !== true) {
      if (out === undefined && allowTracked !== true) await guardSources(result);
      await writeFilesAtomically(result.writes);
    }
    const version = findTypeScript(process.cwd())?.version;
    const ignored = version === undefined ? [] : findIgnoredPlugins(process.cwd(), version);
    return { ...result, diagnostics: [...ignored, ...result.diagnostics] };
  } finally {
    status.clear();
  }
}

/** @throws {DiagnosticError} MRTR6020 when what would be overwritten is not just the output of a build */
async function guardSources({ compiled }: CompiledTree): Promise<void> {
  if (compiled.length === 0) return;
  const tracked = await findTracked(
    process.cwd(),
    compiled.map(({ target }) => target),
  );
  const refused = compiled.filter(({ target }) => tracked.has(target));
  if (refused.length === 0) return;
  throw new DiagnosticError(
    ...refused.map(({ target }) => diag.sourceWouldBeOverwritten(undefined, { path: shownPath(target) })),
  );
}

function printJson({ compiled, total, diagnostics }: CompiledTree, { check }: CompileFlags): string {
  const report = {
    version: 1,
    command: 'compile',
    written: check !== true,
    total,
    files: compiled.map(({ path, target, functions }) => ({
      path: shownPath(path),
      target: shownPath(target),
      functions,
    })),
    diagnostics: describeDiagnostics(diagnostics, readSources(diagnostics)),
  };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

function printPretty(
  { compiled, total, diagnostics }: CompiledTree,
  { check }: CompileFlags,
  color: boolean,
  io: CliIo,
): string {
  const colors = createColors(color && wantsColor(io.stdout, io.env));
  const count = compiled.reduce((sum, { functions }) => sum + functions.length, 0);
  const rows = compiled.map(
    ({ target, functions }) => `  ${shownPath(target)}: ${functions.map(nameInFile).join(', ')}`,
  );
  const verb = check === true ? 'not compiled yet' : 'compiled';
  const summary =
    count === 0
      ? `nothing to compile in ${plural(total, 'file')}`
      : `${plural(count, 'function')} in ${plural(compiled.length, 'file')} ${verb}`;
  const sources = readSources(diagnostics);
  const blocks = diagnostics.map((one: Diagnostic) => printDiagnostic(one, sources, colors));
  return `${[...blocks, [...rows, colors.bold(summary)].join('\n')].join('\n\n')}\n`;
}

function nameInFile(id: string): string {
  return id.slice(id.indexOf('#') + 1);
}
