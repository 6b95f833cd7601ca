import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

import { diag } from '../diagnostics/catalog.gen.ts';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { shownPath } from '../diagnostics/shown-path.ts';

/**
 * Looks whether files can be written where a command will put its reports, before it does anything that cannot be said
 * afterwards.
 * @throws {DiagnosticError} MRTR6002
 */
export function assertReportFiles(paths: readonly string[]): void {
  for (const path of paths) {
    const reason = problemOf(resolve(path));
    if (reason === undefined) continue;
    const remedy = 'Choose another path for the report.';
    throw new DiagnosticError(diag.fileUnwritable(undefined, { path: shownPath(path), reason, remedy }));
  }
}

function problemOf(path: string): string | undefined {
  if (existsSync(path) && statSync(path).isDirectory()) return 'there is a directory of that name';
  const nearest = nearestExisting(dirname(path));
  if (!statSync(nearest).isDirectory()) return 'part of the path is a file';
  try {
    accessSync(existsSync(path) ? path : nearest, constants.W_OK);
    return undefined;
  } catch {
    return 'permission denied';
  }
}

function nearestExisting(path: string): string {
  let at = path;
  while (!existsSync(at) && dirname(at) !== at) at = dirname(at);
  return at;
}
