import { dirname, join, relative, sep } from 'node:path';

import { withoutExtension } from '../without-extension.ts';
import { ALL, ExportedNames } from './exported-names.ts';
import type { SourceUnit } from './find-source-units.ts';
import { packageDirectories } from './package-directories.ts';

/**
 * What the packages of a unit publish: the names that the modules behind the entry points of their manifests export, and
 * the modules that these come from. What only a program (`bin`) runs is not published.
 */
export class PublishedNames {
  readonly #unit: SourceUnit;
  readonly #read: (path: string) => string;
  readonly #packages = new Map<string, PublishedPackage>();

  constructor(unit: SourceUnit, read: (path: string) => string) {
    this.#unit = unit;
    this.#read = read;
  }

  /** True where importers of the package can be seen to have what a module exports under a name. */
  has(file: string, name: string): boolean {
    return this.#packageOf(file)?.names.has(file, name) === true;
  }

  /** Why importers of the package may call what a module exports under a name; undefined where they cannot. */
  callerOf(file: string, name: string): string | undefined {
    if (this.has(file, name)) return 'nothing in the project calls it, but the package exports it to others';
    const unknown = this.#packageOf(file)?.unknown[0];
    return unknown === undefined
      ? undefined
      : `nothing in the project calls it, but the package may export it: the source of \`${unknown}\` is not found`;
  }

  #packageOf(file: string): PublishedPackage | undefined {
    const [place] = packageDirectories(dirname(file));
    if (place === undefined) return undefined;
    const known = this.#packages.get(place) ?? this.#readPackage(place);
    this.#packages.set(place, known);
    return known;
  }

  #readPackage(place: string): PublishedPackage {
    const manifest = readManifest(this.#read(join(place, 'package.json')));
    const names = new ExportedNames(this.#unit, this.#read);
    const unknown: string[] = [];
    for (const entry of entriesOf(manifest)) {
      const source = sourceOf(entry, place, this.#unit.files);
      if (source !== undefined) names.add(source, ALL);
      else if (manifest.private !== true) unknown.push(entry);
    }
    return { names, unknown };
  }
}

interface PublishedPackage {
  readonly names: ExportedNames;
  /** Entry points whose sources are not found. */
  readonly unknown: readonly string[];
}

interface Manifest {
  readonly private?: unknown;
  readonly main?: unknown;
  readonly module?: unknown;
  readonly types?: unknown;
  readonly typings?: unknown;
  readonly exports?: unknown;
}

/** A manifest that cannot be read is the package manager's to report. */
function readManifest(text: string): Manifest {
  try {
    return JSON.parse(text) as Manifest;
  } catch {
    return {};
  }
}

/** `exports` stands in the place of all other fields: https://nodejs.org/api/packages.html#package-entry-points */
function entriesOf({ main, module, types, typings, exports }: Manifest): readonly string[] {
  const values = exports === undefined ? [main, module, types, typings] : [exports];
  return [...new Set(values.flatMap((value) => targetsOf(value)))].filter((path) =>
    /\.[cm]?[jt]sx?$|\*$/.test(path),
  );
}

function targetsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(targetsOf) : [];
}

/** The source of a built file: the one with the longest end of its path; of those, the one highest up. */
function sourceOf(entry: string, place: string, files: readonly string[]): string | undefined {
  const own = files
    .filter((file) => file.startsWith(place + sep))
    .map((file) => ({ file, path: withoutExtension(relative(place, file)).split(sep).join('/') }))
    .sort((a, b) => a.path.length - b.path.length);
  const parts = withoutExtension(entry.replace(/\.d(?=\.[cm]?ts$)/, ''))
    .split('/')
    .filter((part) => part !== '.');
  for (let from = 0; from < parts.length; from += 1) {
    const tail = parts.slice(from).join('/');
    const found = own.find(({ path }) => path === tail || path.endsWith(`/${tail}`));
    if (found !== undefined) return found.file;
  }
  return undefined;
}
