import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';

import { ts } from '../../engine/syntax/ts.ts';
import { packageDirectories } from './package-directories.ts';

/** A package of the workspace. */
export interface WorkspacePackage {
  readonly name: string;
  /** Absolute path of the directory with its package.json. */
  readonly dir: string;
}

/** The nearest package.json with a name, no further up than the workspace. */
export function packageAround(
  dir: string,
  root: string,
  known: Map<string, WorkspacePackage | undefined>,
): WorkspacePackage | undefined {
  if (known.has(dir)) return known.get(dir);
  const [found] = packageDirectories(dir, root).flatMap((at) => {
    const name = nameIn(join(at, 'package.json'));
    return name === undefined ? [] : [{ name, dir: at }];
  });
  known.set(dir, found);
  return found;
}

function nameIn(manifest: string): string | undefined {
  try {
    const { name } = JSON.parse(readFileSync(manifest, 'utf8')) as { readonly name?: unknown };
    return typeof name === 'string' ? name : undefined;
  } catch {
    // A manifest that cannot be read is the package manager's to report.
    return undefined;
  }
}

/**
 * Whether an import leads to a package of the workspace, and not to a published version of it: to its sources or what is
 * built of them, or, before it was built, to its directory under node_modules.
 * @param importer absolute path of the importing file
 */
export function leadsToPackage(
  specifier: string,
  importer: string,
  options: ts.CompilerOptions,
  { name, dir }: WorkspacePackage,
): boolean {
  const { resolvedModule } = ts.resolveModuleName(specifier, importer, options, ts.sys);
  if (resolvedModule !== undefined) return isOwnFile(resolvedModule.resolvedFileName, dir);
  for (let at = dirname(importer); ; at = dirname(at)) {
    const installed = join(at, 'node_modules', name);
    if (existsSync(installed)) return realpathSync(installed) === realpathSync(dir);
    if (at === dirname(at)) return false;
  }
}

/** True for a file of the package itself, not for one that is installed in it. */
export function isOwnFile(file: string, dir: string): boolean {
  const path = existsSync(file) ? realpathSync(file) : file;
  const own = realpathSync(dir) + sep;
  return path.startsWith(own) && !path.slice(own.length).split(sep).includes('node_modules');
}
