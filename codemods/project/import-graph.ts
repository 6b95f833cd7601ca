import { basename, dirname, join } from 'node:path';

import { withoutExtension } from '../without-extension.ts';
import { specifiersIn } from './module-imports.ts';

/** Everything of a module, under the same names. */
const EXPORT_ALL = /export\s*\*\s*(?:as\s+[\w$]+\s*)?from/;

/** Which files of a set import which, by their texts alone; an edge too many does no harm where it is used. */
export class ImportGraph {
  readonly #imports = new Map<string, readonly string[]>();
  readonly #importers = new Map<string, string[]>();
  readonly #handingOn = new Set<string>();

  /** @param texts by absolute path */
  constructor(texts: ReadonlyMap<string, string>) {
    const byName = new Map<string, string[]>();
    for (const file of texts.keys())
      for (const name of new Set([basename(withoutExtension(file)), basename(dirname(file))]))
        byName.set(name, [...(byName.get(name) ?? []), file]);
    for (const [file, text] of texts) {
      const imported = specifiersIn(text).flatMap((specifier) => filesOf(specifier, file, byName));
      this.#imports.set(file, imported);
      if (EXPORT_ALL.test(text)) this.#handingOn.add(file);
      for (const target of imported)
        this.#importers.set(target, [...(this.#importers.get(target) ?? []), file]);
    }
  }

  importsOf(file: string): readonly string[] {
    return this.#imports.get(file) ?? [];
  }

  /** Also those that import a file that exports all of it. */
  importersOf(file: string): ReadonlySet<string> {
    const importers = new Set(this.#importers.get(file));
    for (const importer of importers)
      if (this.#handingOn.has(importer))
        for (const further of this.#importers.get(importer) ?? []) importers.add(further);
    return importers;
  }
}

/** A relative path has one meaning; of another one, such as an alias, all files that end like it are meant. */
function filesOf(
  specifier: string,
  from: string,
  byName: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  const path = withoutExtension(specifier);
  const isRelative = specifier.startsWith('.');
  const target = isRelative ? join(dirname(from), path) : path.slice(path.indexOf('/'));
  return (byName.get(basename(target)) ?? []).filter((file) => {
    const name = withoutExtension(file);
    const isMeant = (meant: string): boolean => (isRelative ? name === meant : name.endsWith(meant));
    return isMeant(target) || isMeant(`${target}/index`);
  });
}
