import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

import { addDependency } from './add-dependency.ts';
import { findAddedPackages } from './find-added-packages.ts';
import type { RewrittenFile } from './migration.ts';

/**
 * What the package.json files need so that the rewritten files find what they import: each package goes to the manifest
 * nearest to the file, not above `dir`.
 * @param ranges the version range of every package that a rewrite may import
 */
export function planManifestEdits(
  dir: string,
  files: ReadonlyMap<string, RewrittenFile>,
  ranges: Readonly<Record<string, string>>,
): ReadonlyMap<string, RewrittenFile> {
  const edits = new Map<string, RewrittenFile>();
  for (const [path, { before, after }] of files) {
    const manifest = nearestManifest(resolve(dir, path), resolve(dir));
    if (manifest === undefined) continue;
    const original = edits.get(manifest)?.before ?? readFileSync(manifest, 'utf8');
    let text = edits.get(manifest)?.after ?? original;
    for (const name of findAddedPackages(before, after)) {
      const range = ranges[name];
      if (range !== undefined) text = addDependency(text, name, range);
    }
    if (text !== original) edits.set(manifest, { before: original, after: text });
  }
  return edits;
}

function nearestManifest(file: string, root: string): string | undefined {
  for (let at = dirname(file); ; at = dirname(at)) {
    const manifest = join(at, 'package.json');
    if (existsSync(manifest)) return manifest;
    if (at === root || dirname(at) === at) return undefined;
  }
}
