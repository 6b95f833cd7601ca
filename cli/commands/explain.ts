import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Command } from 'commander';

import { catalog, diag } from '../../diagnostics/catalog.gen.ts';
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import type { CliIo } from '../io.ts';
import { readPackageInfo } from '../package-info.ts';

/** `mrtr explain MRTR2001`: prints the documentation page of a diagnostic code. */
export function explainCommand(io: CliIo): Command {
  return new Command('explain')
    .description('print the documentation of a diagnostic code')
    .argument('<code>', 'for example MRTR6001, or just 6001')
    .action((given: string) => {
      io.stdout.write(readPage(given));
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
