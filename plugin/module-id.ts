import { existsSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';

/**
 * Names a module by its path within its package (the nearest directory with a package.json, as Node.js scopes it), so
 * that it is the same on every machine and wherever the process was started.
 * @param path absolute
 */
export function moduleIdOf(path: string): string {
  const scope = findPackageScope(dirname(path));
  return scope === undefined ? basename(path) : relative(scope, path).replaceAll(sep, '/');
}

function findPackageScope(directory: string): string | undefined {
  if (existsSync(join(directory, 'package.json'))) return directory;
  const parent = dirname(directory);
  return parent === directory ? undefined : findPackageScope(parent);
}
