import { constants, type Dirent } from 'node:fs';
import { copyFile, mkdir, readdir, realpath, symlink } from 'node:fs/promises';
import { join, sep } from 'node:path';

import { isOwnPackage } from './links-own-packages.ts';

export interface CopyTreeOptions {
  /** Where a path goes. */
  readonly locate: (path: string) => string;
  /** Files that are written by somebody else. */
  readonly omitted: ReadonlySet<string>;
  /** Whether to copy a file, by its name. */
  readonly includes: (name: string) => boolean;
  /** Directories that must be real in the copy, also where they are links. */
  readonly real: ReadonlySet<string>;
}

/** What package managers put beside the packages and these do not find by their real path; the rest are caches. */
const KEPT_OF_PACKAGES: ReadonlySet<string> = new Set(['.bin', '.pnpm']);

/**
 * Copies a directory for somebody who runs or compiles its programs: files are copied, installed packages linked, and links
 * that stay inside (packages of a workspace, too) lead to the copy. So what runs there and writes beside its sources, or
 * into a cache in node_modules, writes into the copy. The git directory is left out.
 */
export async function copyTree(dir: string, options: CopyTreeOptions): Promise<void> {
  const copy = async (directory: string): Promise<void> => {
    await mkdir(options.locate(directory), { recursive: true });
    for (const entry of await readdir(directory, { withFileTypes: true })) {
      const path = join(directory, entry.name);
      const to = options.locate(path);
      // A copy within the directory must not copy itself.
      if (options.locate(dir).startsWith(path + sep)) continue;
      if (entry.name === '.git' || options.omitted.has(path)) continue;
      if (entry.name === 'node_modules') await linkPackages(path, dir, options);
      else if (entry.isDirectory() || options.real.has(path)) await copy(path);
      else if (entry.isSymbolicLink()) await link(path, dir, options.locate);
      else if (entry.isFile() && options.includes(entry.name))
        await copyFile(path, to, constants.COPYFILE_FICLONE);
    }
  };
  await copy(dir);
}

async function linkPackages(directory: string, dir: string, options: CopyTreeOptions): Promise<void> {
  const { locate, omitted, real } = options;
  await mkdir(locate(directory), { recursive: true });
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (omitted.has(path)) continue;
    if (isScope(entry) || real.has(path)) await linkPackages(path, dir, options);
    else if (!entry.name.startsWith('.') || KEPT_OF_PACKAGES.has(entry.name)) await link(path, dir, locate);
  }
}

function isScope(entry: Dirent): boolean {
  return entry.name.startsWith('@') && entry.isDirectory();
}

/** Links to the copy of what `path` is, or to that itself when it is not copied. */
async function link(path: string, dir: string, locate: CopyTreeOptions['locate']): Promise<void> {
  const target = await realpath(path).catch(() => undefined);
  if (target === undefined) return;
  await symlink(isOwnPackage(dir, target) ? locate(target) : target, locate(path), 'junction');
}
