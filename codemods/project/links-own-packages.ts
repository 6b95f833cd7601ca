import { readdir, realpath } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';

import { listAncestors } from './list-ancestors.ts';

/**
 * Whether packages of a workspace find one another by links: a node_modules on the way from `root` to one of `files` has an
 * entry that leads to a directory of the workspace itself.
 * @param root absolute, real
 */
export async function linksOwnPackages(root: string, files: Iterable<string>): Promise<boolean> {
  const directories = new Set([root, ...[...files].flatMap((file) => listAncestors(dirname(file)))]);
  for (const directory of directories) {
    const isInside = directory === root || directory.startsWith(root + sep);
    if (isInside && (await hasLinkInto(root, join(directory, 'node_modules')))) return true;
  }
  return false;
}

async function hasLinkInto(root: string, packages: string): Promise<boolean> {
  for (const entry of await readdir(packages, { withFileTypes: true }).catch(() => [])) {
    const path = join(packages, entry.name);
    if (entry.isDirectory() && entry.name.startsWith('@') && (await hasLinkInto(root, path))) return true;
    if (entry.isSymbolicLink() && isOwnPackage(root, await realpath(path).catch(() => undefined)))
      return true;
  }
  return false;
}

/** Whether a package that a node_modules links is part of the workspace, and not installed. */
export function isOwnPackage(root: string, target: string | undefined): target is string {
  return (
    target?.startsWith(root + sep) === true && !target.slice(root.length).split(sep).includes('node_modules')
  );
}
