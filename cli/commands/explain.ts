import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Command } from 'commander';
import { createColors } from 'picocolors';

import { catalog, diag } from '../../diagnostics/catalog.gen.ts';
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import type { Span } from '../../diagnostics/diagnostic.ts';
import { computeLineStarts } from '../../diagnostics/position.ts';
import { wantsColor } from '../io.ts';
import type { CliIo } from '../io.ts';
import { readPackageInfo } from '../package-info.ts';
import { describeSpan } from '../reporters/json.ts';

const CODE = /^(?:MRTR)?\d{4}$/i;
const PLACE = /^(?<file>.+?):(?<line>\d+)(?::\d+)?$/;

/**
 * `mrtr explain MRTR2001` prints the documentation page of a diagnostic code; `mrtr explain src/server.ts:40` what the
 * compiler makes of the marked function there. Exit code 1 when that function is refused.
 */
export function explainCommand(io: CliIo): Command {
  return new Command('explain')
    .description('explain a diagnostic code, or how a resumable function is compiled')
    .argument(
      '<code or file:line>',
      'for example MRTR6001, 6001, src/server.ts:40, or src/server.ts for all in it',
    )
    .option('--json', 'print the explanation of a function as JSON')
    .action(async (given: string, flags: { readonly json?: true }, command: Command) => {
      if (CODE.test(given) || !/[.:/\\]/.test(given)) {
        io.stdout.write(readPage(given));
        return;
      }
      const { color } = command.optsWithGlobals<{ color: boolean }>();
      await explainPlace(given, { json: flags.json === true, color }, io);
    });
}

/** @throws {DiagnosticError} MRTR6004 when there is no such code */
function readPage(given: string): string {
  const code = given.toUpperCase().replace(/^(?=\d)/, 'MRTR');
  if (!Object.hasOwn(catalog, code))
    throw new DiagnosticError(diag.unknownDiagnosticCode(undefined, { code: given }));
  const page = readFileSync(join(readPackageInfo().root, 'docs/diagnostics', `${code}.md`), 'utf8');
  return page.replace(/^---\n[\s\S]*?\n---\n\s*/, '');
}

/** @throws {DiagnosticError} MRTR6001 when the file cannot be read, MRTR6023 when no marked function is there */
async function explainPlace(
  given: string,
  { json, color }: { readonly json: boolean; readonly color: boolean },
  io: CliIo,
): Promise<void> {
  const { file = given, line } = PLACE.exec(given)?.groups ?? {};
  const text = readText(file);
  // Not imported above: it brings the compiler along.
  const { explainModule } = await import('../../plugin/explain-module.ts');
  const units = explainModule(text, file, line === undefined ? undefined : Number(line));
  if (units.length === 0)
    throw new DiagnosticError(diag.noResumableFunctionThere(undefined, { place: given }));
  process.exitCode = units.some(({ diagnostics }) => diagnostics.length > 0) ? 1 : 0;
  if (json) {
    const report = { version: 1, command: 'explain', functions: units };
    const lineStarts = new Map(units.map(({ span }) => [span.file, computeLineStarts(text)]));
    const describe = (key: string, value: unknown): unknown =>
      (key === 'span' || key === 'declaredAt') && value !== undefined
        ? describeSpan(value as Span, lineStarts)
        : value;
    io.stdout.write(`${JSON.stringify(report, describe, 2)}\n`);
    return;
  }
  const { printExplained } = await import('../reporters/explained.ts');
  const colors = createColors(color && wantsColor(io.stdout, io.env));
  io.stdout.write(`${units.map((unit) => printExplained(unit, text, colors)).join('\n\n')}\n`);
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new DiagnosticError(diag.fileUnreadable(undefined, { path, reason }));
  }
}
