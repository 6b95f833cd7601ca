import { existsSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

import { ts } from '../../engine/syntax/ts.ts';
import { withoutExtension } from '../without-extension.ts';
import type { SourceUnit } from './find-source-units.ts';

/** Everything that a module exports. */
const ALL = '*';

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

  /** Why importers of the package may call what a module exports under a name; undefined where they cannot. */
  callerOf(file: string, name: string): string | undefined {
    const place = packageAround(dirname(file));
    if (place === undefined) return undefined;
    const known = this.#packages.get(place) ?? this.#readPackage(place);
    this.#packages.set(place, known);
    if (known.names.get(file)?.has(name) === true || known.names.get(file)?.has(ALL) === true)
      return 'nothing in the project calls it, but the package exports it to others';
    const [unknown] = known.unknown;
    return unknown === undefined
      ? undefined
      : `nothing in the project calls it, but the package may export it: the source of \`${unknown}\` is not found`;
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
    return { names: names.found, unknown };
  }
}

interface PublishedPackage {
  /** By file, the names it exports that the package exports too. */
  readonly names: ReadonlyMap<string, ReadonlySet<string>>;
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

function packageAround(dir: string): string | undefined {
  if (existsSync(join(dir, 'package.json'))) return dir;
  const parent = dirname(dir);
  return parent === dir ? undefined : packageAround(parent);
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

/** Follows exports through the modules that they come from. */
class ExportedNames {
  readonly found = new Map<string, Set<string>>();
  readonly #unit: SourceUnit;
  readonly #read: (path: string) => string;

  constructor(unit: SourceUnit, read: (path: string) => string) {
    this.#unit = unit;
    this.#read = read;
  }

  add(file: string, name: string): void {
    const names = this.found.get(file) ?? new Set<string>();
    if (names.has(name)) return;
    this.found.set(file, names.add(name));
    const { statements } = ts.createSourceFile(file, this.#read(file), ts.ScriptTarget.Latest);
    for (const origin of statements.flatMap((statement) => originsOf(statement, statements))) {
      if (name !== ALL && origin.name !== ALL && origin.name !== name) continue;
      const target = origin.from === undefined ? file : this.#resolve(origin.from, file);
      if (target !== undefined) this.add(target, origin.name === ALL ? name : origin.original);
    }
  }

  #resolve(specifier: string, from: string): string | undefined {
    const { resolvedModule } = ts.resolveModuleName(specifier, from, this.#unit.options, ts.sys);
    const path = resolvedModule?.resolvedFileName;
    return path !== undefined && this.#unit.files.includes(path) ? path : undefined;
  }
}

/** Where a name that a module exports comes from: another module, or one of its own declarations. */
interface Origin {
  readonly name: string;
  readonly from: string | undefined;
  readonly original: string;
}

function originsOf(statement: ts.Statement, all: readonly ts.Statement[]): readonly Origin[] {
  if (ts.isExportAssignment(statement))
    return ts.isIdentifier(statement.expression) ? originsOfLocal(statement.expression.text, 'default', all) : [];
  if (!ts.isExportDeclaration(statement)) return [];
  const { exportClause: clause } = statement;
  const from = specifierOf(statement);
  if (clause === undefined) return [{ name: ALL, from, original: ALL }];
  if (ts.isNamespaceExport(clause)) return [{ name: clause.name.text, from, original: ALL }];
  return clause.elements.flatMap(({ name, propertyName }) => {
    const original = (propertyName ?? name).text;
    return from === undefined
      ? originsOfLocal(original, name.text, all)
      : [{ name: name.text, from, original }];
  });
}

/** `import { a as local } from 'x'; export { local as name };` */
function originsOfLocal(local: string, name: string, all: readonly ts.Statement[]): readonly Origin[] {
  const imported = all.flatMap((statement) => {
    const original = ts.isImportDeclaration(statement) ? importedAs(local, statement.importClause) : undefined;
    return original === undefined ? [] : [{ name, from: specifierOf(statement), original }];
  });
  return imported.length > 0 ? imported : [{ name, from: undefined, original: local }];
}

function importedAs(local: string, clause: ts.ImportClause | undefined): string | undefined {
  if (clause?.name?.text === local) return 'default';
  const bindings = clause?.namedBindings;
  if (bindings === undefined) return undefined;
  if (ts.isNamespaceImport(bindings)) return bindings.name.text === local ? ALL : undefined;
  const element = bindings.elements.find((found) => found.name.text === local);
  return element && (element.propertyName ?? element.name).text;
}

function specifierOf(statement: ts.Statement): string | undefined {
  if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return undefined;
  const { moduleSpecifier } = statement;
  return moduleSpecifier && ts.isStringLiteral(moduleSpecifier) ? moduleSpecifier.text : undefined;
}
