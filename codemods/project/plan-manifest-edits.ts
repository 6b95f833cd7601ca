import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

import { addDependency, addScript, declaresDependency, removeDependency } from './add-dependency.ts';
import { findAddedPackages } from './find-added-packages.ts';
import type { RewrittenFile } from './migration.ts';
import { packageDirectories } from './package-directories.ts';

const RUNTIME = 'mrtr/runtime';
const CHECK_SCRIPT = ['check:mrtr', 'mrtr check'] as const;

/** Packages that one package.json swaps for others. */
export interface ManifestUpgrade {
  /** Absolute. */
  readonly path: string;
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/**
 * What the package.json files need so that the rewritten files find what they import, and what that imports: each package goes to the manifest
 * nearest to the file, not above `dir`, unless one above that declares it already.
 * @param ranges the version range of every package that a rewrite may import
 * @param upgrades packages to swap first; of those outside `dir` nothing is done
 * @param hasCheckScript whether the packages that use `mrtr/runtime` get a script that runs `mrtr check`
 */
export function planManifestEdits(
  dir: string,
  files: ReadonlyMap<string, RewrittenFile>,
  ranges: Readonly<Record<string, string>>,
  upgrades: readonly ManifestUpgrade[] = [],
  hasCheckScript = false,
): ReadonlyMap<string, RewrittenFile> {
  const root = resolve(dir);
  const texts = new Map<string, RewrittenFile>();
  const textsOf = (path: string): RewrittenFile => {
    const before = texts.get(path)?.before ?? readFileSync(path, 'utf8');
    return texts.get(path) ?? { before, after: before };
  };
  for (const upgrade of upgrades) {
    if (packageDirectories(dirname(upgrade.path), root).length === 0) continue;
    const { before, after } = textsOf(upgrade.path);
    texts.set(upgrade.path, { before, after: swapPackages(after, upgrade, ranges) });
  }
  for (const [path, { before, after, isDevelopment }] of files) {
    const manifests = packageDirectories(dirname(resolve(root, path)), root).map((at) =>
      join(at, 'package.json'),
    );
    const [nearest] = manifests;
    if (nearest === undefined) continue;
    if (hasCheckScript && isDevelopment !== true && after.includes(RUNTIME)) {
      const manifest = textsOf(nearest);
      texts.set(nearest, { ...manifest, after: addScript(manifest.after, ...CHECK_SCRIPT) });
    }
    for (const name of withPeers(findAddedPackages(before, after))) {
      const range = ranges[name];
      const isDeclared = manifests.some((manifest) => declaresDependency(textsOf(manifest).after, name));
      if (range === undefined || isDeclared) continue;
      const manifest = textsOf(nearest);
      const field = isDevelopment === true ? 'devDependencies' : 'dependencies';
      const added = addDependency(manifest.after, name, range, undefined, field);
      texts.set(nearest, { before: manifest.before, after: added });
    }
  }
  return new Map([...texts].filter(([, { before, after }]) => before !== after));
}

/** `mrtr/runtime` imports the SDK, also for a library that takes servers by what they can do and imports no SDK itself. */
function withPeers(added: ReadonlySet<string>): ReadonlySet<string> {
  return added.has('mrtr') ? new Set([...added, '@modelcontextprotocol/server']) : added;
}

function swapPackages(
  text: string,
  { added, removed }: ManifestUpgrade,
  ranges: Readonly<Record<string, string>>,
): string {
  const [beside] = removed;
  const extended = added.reduce((all, name) => addDependency(all, name, ranges[name] ?? '*', beside), text);
  return removed.reduce(removeDependency, extended);
}
