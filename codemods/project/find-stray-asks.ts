import { relative } from 'node:path';

import { diag } from '../../diagnostics/catalog.gen.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { findOpenAsks } from '../../engine/find/find-open-asks.ts';
import { findSuspensions } from '../../engine/find/find-resumable-functions.ts';
import { spanOf } from '../../engine/plan/span-of.ts';
import { leftSite } from '../await-to-mrtr/left-site.ts';
import { isTestFile } from '../server-entry/is-test-file.ts';
import type { SourceUnit } from './find-source-units.ts';
import { findTracked } from './inspect-git.ts';
import { loadUnit, type LoadOptions } from './load-candidates.ts';
import { mayAsk } from './may-ask.ts';
import type { MigratedSite } from './migration.ts';

/**
 * The asks in files that no tsconfig.json includes, and the calls through which they are reached. Such files stay as they
 * are: nothing says how they are checked, so that a rewrite could not be. Tests are not looked at, nor JavaScript that git
 * does not track, which a build may have written.
 * @param strays as `findStrayFiles` finds them
 * @param root what the places are relative to
 */
export async function findStrayAsks(
  strays: SourceUnit,
  root: string,
  read: (path: string) => string,
  options: Pick<LoadOptions, 'base' | 'packages'>,
): Promise<{ readonly sites: readonly MigratedSite[]; readonly diagnostics: readonly Diagnostic[] }> {
  const own = strays.files.filter((file) => !isTestFile(relative(root, file)));
  const asking = own.filter((file) => mayAsk({ ...strays, files: [file] }, read));
  const scripts = asking.filter((file) => !isTypeScript(file));
  const tracked = scripts.length === 0 ? new Set<string>() : await findTracked(root, scripts);
  const files = own.filter((file) => isTypeScript(file) || tracked.has(file));
  if (!asking.some((file) => files.includes(file))) return { sites: [], diagnostics: [] };
  const { project, names } = loadUnit({ ...strays, files }, options);
  const program = project.createProgram(names);
  const checker = program.getTypeChecker();
  const sources = names.flatMap((name) => program.getSourceFile(name) ?? []);
  const asks = sources.flatMap((file) => findOpenAsks(file, checker)).map(({ call }) => call);
  const { functions, stranded } = findSuspensions(sources, checker, asks);
  const calls = [...new Set([...asks, ...functions.flatMap((found) => found.calls), ...stranded])];
  return {
    sites: calls.map((call) => {
      const site = leftSite(call);
      return { ...site, file: relative(root, site.file) };
    }),
    diagnostics: calls.map((call) => {
      const span = spanOf(call.expression);
      return diag.strayAsk({ ...span, file: relative(root, span.file) });
    }),
  };
}

function isTypeScript(path: string): boolean {
  return /\.[cm]?tsx?$/.test(path);
}
