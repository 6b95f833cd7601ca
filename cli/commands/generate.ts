import { basename, join, resolve } from 'node:path';

import { Command } from 'commander';
import { createColors } from 'picocolors';

import type { GeneratorConfig } from '../../generator/load-config.ts';
import { LATEST_REVISION, REVISION_NAMES } from '../../generator/source/revisions.ts';
import type { GeneratedFiles } from '../compare-generated.ts';
import { wantsColor } from '../io.ts';
import type { CliIo } from '../io.ts';
import { printDiagnostic } from '../reporters/pretty-diagnostic.ts';
import type { Colors } from '../reporters/pretty-diagnostic.ts';
import { colorDiff, printUnifiedDiff } from '../reporters/unified-diff.ts';
import { writeFilesAtomically } from '../write-files.ts';

interface GenerateFlags {
  readonly schema?: string;
  readonly out?: string;
  readonly only?: string;
  readonly methods?: string;
  readonly formats?: true;
  readonly module?: string;
  readonly check?: true;
  readonly watch?: true;
  readonly json?: true;
  readonly config?: string;
}

/**
 * `mrtr generate`: exit code 0 when the files on disk are what the schema gives, 1 when `--check` found others, 2 when
 * the command could not run.
 */
export function generateCommand(io: CliIo): Command {
  return new Command('generate')
    .description('write types, response unions, guards and validators for an MCP schema')
    .option(
      '--schema <schema>',
      `a file, an http(s) URL, or ${REVISION_NAMES.join(', ')} (default: ${LATEST_REVISION})`,
    )
    .option('--out <dir>', 'directory to write to (default: mcp)')
    .option('--only <parts>', 'comma-separated: types, responses, validators')
    .option('--methods <methods>', 'comma-separated: only these requests and notifications')
    .option('--formats', 'validators also check formats (uri, byte, email, …)')
    .option('--module <system>', 'what the validators are written as: esm, cjs, both (default: esm)')
    .option('--check', 'write nothing; print a diff and exit 1 when files are stale')
    .option('--watch', 'generate again when the schema file changes')
    .option('--json', 'print the result as JSON')
    .option('--config <file>', 'default: mrtr.config.ts, .js or .json')
    .action(async (flags: GenerateFlags, command: Command) => {
      const { color } = command.optsWithGlobals<{ color: boolean }>();
      const run = async (): Promise<void> => {
        const result = await generate(flags, createColors(color && wantsColor(io.stderr, io.env)), io);
        if (flags.check !== true) {
          await writeFilesAtomically(
            new Map(result.changed.map(({ path, after }) => [join(result.out, path), after])),
          );
        }
        printResult(result, flags, createColors(color && wantsColor(io.stdout, io.env)), io);
        process.exitCode = flags.check === true && result.changed.length > 0 ? 1 : 0;
      };
      const watched = flags.watch === true ? await findWatchedFile(flags) : undefined;
      await run();
      if (watched !== undefined) await watchFile(watched, run, io);
    });
}

async function generate(flags: GenerateFlags, colors: Colors, io: CliIo): Promise<GeneratedFiles> {
  const { compareGenerated } = await import('../compare-generated.ts');
  const result = await compareGenerated(await mergeConfig(flags), process.cwd(), io.env);
  for (const warning of result.warnings) io.stderr.write(`${printDiagnostic(warning, new Map(), colors)}\n`);
  return result;
}

/** The configuration with the flags over it. */
async function mergeConfig(flags: GenerateFlags): Promise<GeneratorConfig> {
  const { loadConfig } = await import('../../generator/load-config.ts');
  const { parseModule, parseParts } = await import('../../generator/generate-files.ts');
  const config = await loadConfig(process.cwd(), flags.config);
  const only = flags.only === undefined ? config.only : splitList(flags.only);
  const methods = flags.methods === undefined ? config.methods : splitList(flags.methods);
  return {
    ...config,
    ...(flags.schema !== undefined && { schema: flags.schema }),
    ...(flags.out !== undefined && { out: flags.out }),
    ...(only && { only: parseParts(only) }),
    ...(methods && { methods }),
    ...(flags.formats === true && { formats: true }),
    ...(flags.module !== undefined && { module: parseModule(flags.module) }),
  };
}

function splitList(list: string): string[] {
  return list
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function printResult(result: GeneratedFiles, flags: GenerateFlags, colors: Colors, io: CliIo): void {
  const { schema, digest, out, changed, unchanged } = result;
  const checking = flags.check === true;
  if (flags.json === true) {
    const report = {
      schema,
      digest,
      out,
      written: !checking,
      changed: changed.map(({ path }) => path),
      unchanged,
    };
    io.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
    return;
  }
  if (checking && changed.length > 0) io.stdout.write(colorDiff(printUnifiedDiff(changed), colors));
  const verb = checking ? 'stale' : 'written';
  io.stderr.write(
    `${out}: ${changed.length} file(s) ${verb}, ${unchanged} up to date (schema ${schema}, ${digest})\n`,
  );
}

async function findWatchedFile(flags: GenerateFlags): Promise<string> {
  const { assertFile } = await import('../../generator/source/resolve-schema.ts');
  const { schema } = await mergeConfig(flags);
  return resolve(assertFile(schema ?? LATEST_REVISION));
}

/** Runs `again` on every change of the schema file until the process is stopped. */
async function watchFile(file: string, again: () => Promise<void>, io: CliIo): Promise<void> {
  const { watch } = await import('node:fs/promises');
  const { DiagnosticError } = await import('../../diagnostics/diagnostic.ts');
  io.stderr.write(`watching ${file}\n`);
  // The directory, because editors replace a file instead of writing to it.
  for await (const { filename } of watch(join(file, '..'))) {
    if (filename !== basename(file)) continue;
    try {
      await again();
    } catch (error) {
      // A half-written schema must not end the watch.
      if (!(error instanceof DiagnosticError)) throw error;
      for (const one of error.diagnostics)
        io.stderr.write(`${printDiagnostic(one, new Map(), createColors(false))}\n`);
    }
  }
}
