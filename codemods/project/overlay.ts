import { existsSync, rmSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, parse, relative, resolve, sep } from 'node:path';

import { cleanUpOnSignal } from './clean-up-on-signal.ts';
import { copyTree } from './copy-tree.ts';
import { listAncestors } from './list-ancestors.ts';

/** A view of a project in which some files have other contents; nothing of the project itself is touched. */
export interface Overlay {
  /** Where a path of the project is in the overlay. */
  locate(path: string): string;
  /** The project's path of a place in the overlay; other paths come back as they are. */
  original(path: string): string;
  remove(): Promise<void>;
}

export interface OverlayOptions {
  /** The project; everything in it shows in the overlay. */
  readonly dir: string;
  /** A directory above the project of which everything shows as well: of a workspace whose configuration is above its packages. */
  readonly workspace?: string | undefined;
  /** Absolute path → content of the files that differ or are new. */
  readonly files: ReadonlyMap<string, string>;
  /** Packages to add where the project does not have them, by name. */
  readonly packages: ReadonlyMap<string, PackageCopy>;
  /**
   * What is copied, installed packages aside, instead of linked: every file for what runs there and may write, modules for a
   * compiler where packages of the workspace lead to one another, whose real paths must be in the overlay as well.
   */
  readonly copied?: 'files' | 'modules' | undefined;
}

/** A package that the project will have. */
export interface PackageCopy {
  readonly from: string;
  /**
   * Files and directories to copy, so that what they import resolves as it would in the project; without them the package
   * is linked, and finds its own dependencies where it is.
   */
  readonly entries?: readonly string[];
  /** What the copied files need to run and the project need not have: name → directory. */
  readonly dependencies?: ReadonlyMap<string, string>;
}

/** Entries of the directories above the project that tools look for by walking up. */
const LOOKED_FOR_ABOVE = /^(node_modules|package\.json|tsconfig.*\.json|packages|pnpm-workspace\.yaml)$/;

/** What compilers read. */
const MODULE = /\.(?:[cm]?[jt]sx?|json)$/;

/**
 * Mirrors the project below a temporary directory: directories that hold a differing file are real, everything else in
 * them is a symbolic link to the original. So relative imports between files meet the new contents, while packages keep
 * their real paths and with them their identity. Where packages of a workspace lead to one another, modules are copied. The directories above the project are mirrored in the same way with
 * what a compiler looks for there (hoisted node_modules, a base tsconfig).
 */
export async function createOverlay({
  dir,
  workspace = dir,
  files,
  packages,
  copied,
}: OverlayOptions): Promise<Overlay> {
  const top = await realpath(await mkdtemp(join(tmpdir(), 'mrtr-verify-')));
  const stopWatching = cleanUpOnSignal(() => rmSync(top, { recursive: true, force: true, maxRetries: 3 }));
  const locate = (path: string): string => join(top, relative(parse(resolve(path)).root, resolve(path)));
  const overlay: Overlay = {
    locate,
    original: (path) =>
      path.startsWith(top + sep) ? join(parse(resolve(dir)).root, relative(top, path)) : path,
    remove: () => {
      stopWatching();
      return rm(top, { recursive: true, force: true });
    },
  };
  try {
    const added = packagesToCopy(dir, packages);
    const replaced = new Set([...files.keys(), ...added.keys()]);
    const real = new Set(
      [...replaced, dir].flatMap((path) => listAncestors(path === dir ? dir : dirname(path))),
    );
    if (copied !== undefined) {
      const includes = (name: string): boolean => copied === 'files' || MODULE.test(name);
      await copyTree(workspace, { omitted: replaced, includes, real, locate });
    }
    const isLinked = (path: string): boolean =>
      copied === undefined || (path !== workspace && !path.startsWith(workspace + sep));
    await mirror(workspace, { replaced, real, isLinked }, locate);
    for (const [path, text] of files) await writeFile(locate(path), text);
    for (const [path, { from, entries, dependencies = new Map() }] of added) {
      if (entries === undefined) {
        await symlink(from, locate(path), 'junction');
        continue;
      }
      // A checkout that was not built has no dist/: the compiler will say what it misses.
      for (const entry of entries.filter((name) => existsSync(join(from, name)))) {
        await cp(join(from, entry), join(locate(path), entry), { recursive: true });
      }
      for (const [name, directory] of dependencies) {
        const to = join(locate(path), 'node_modules', name);
        await mkdir(dirname(to), { recursive: true });
        await symlink(directory, to, 'junction');
      }
    }
    return overlay;
  } catch (error) {
    await overlay.remove();
    throw error;
  }
}

/** Where to copy each missing package: into the node_modules nearest to the project. */
function packagesToCopy(
  dir: string,
  packages: ReadonlyMap<string, PackageCopy>,
): ReadonlyMap<string, PackageCopy> {
  const nearest = listAncestors(dir)
    .map((at) => join(at, 'node_modules'))
    .find((path) => existsSync(path));
  const into = nearest ?? join(dir, 'node_modules');
  return new Map(
    [...packages]
      .map(([name, copy]) => [join(into, name), copy] as const)
      .filter(([path]) => !existsSync(path)),
  );
}

interface MirrorOptions {
  readonly replaced: ReadonlySet<string>;
  /** The directories that are not links. */
  readonly real: ReadonlySet<string>;
  /** Whether what is in a directory is to be linked. */
  readonly isLinked: (directory: string) => boolean;
}

async function mirror(
  dir: string,
  { replaced, real, isLinked }: MirrorOptions,
  locate: (path: string) => string,
): Promise<void> {
  const above = new Set(listAncestors(dir).slice(1));
  // A parent sorts before what is inside it.
  for (const directory of [...real].sort()) {
    await mkdir(locate(directory), { recursive: true });
    if (!isLinked(directory)) continue;
    const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const path = join(directory, entry.name);
      if (real.has(path) || replaced.has(path)) continue;
      if (above.has(directory) && !LOOKED_FOR_ABOVE.test(entry.name)) continue;
      await symlink(path, locate(path), entry.isDirectory() ? 'junction' : 'file');
    }
  }
}
