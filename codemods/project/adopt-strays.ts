import { readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

import { ts } from '../../engine/syntax/ts.ts';
import { isTestFile } from '../server-entry/is-test-file.ts';
import type { SourceUnit } from './find-source-units.ts';
import { mayAsk } from './may-ask.ts';
import { specifiersIn } from './module-imports.ts';
import { packageAround, type WorkspacePackage } from './workspace-package.ts';

/**
 * Adds to the units the TypeScript files of no configuration that may ask, and those that import them, where their own
 * imports lead to the files of a unit under its options, or name the package that both are in: an example of a library. Such a
 * file is checked as one more file of that configuration. Tests stay out, and so does what does not parse.
 * @param strays the files that no unit has
 * @param root absolute
 */
export function adoptStrays(
  units: readonly SourceUnit[],
  strays: readonly string[],
  root: string,
): readonly SourceUnit[] {
  const own = strays.filter((file) => /\.[cm]?tsx?$/.test(file) && !isTestFile(relative(root, file)));
  const asking = own.filter((file) => mayAskItself(file) && parses(file));
  if (asking.length === 0) return units;
  const resolvers = units.map((unit) => new UnitImports(unit, root, new Set(strays)));
  const adopted = new Map<string, SourceUnit>();
  for (const file of asking) {
    const nearest = resolvers.toSorted((a, b) => b.nearness(file) - a.nearness(file));
    const adopter = nearest.find((imports) => imports.reachesUnit(file));
    if (adopter !== undefined) adopted.set(file, adopter.unit);
  }
  for (const imports of resolvers) adoptImporters(own, imports, adopted);
  return units.map((unit) => {
    const more = [...adopted].flatMap(([file, adopter]) => (adopter === unit ? [file] : [])).sort();
    return more.length === 0 ? unit : { ...unit, files: [...unit.files, ...more].sort(), adopted: more };
  });
}

/** Whether the text of a file has anything of an ask. */
export function mayAskItself(file: string): boolean {
  return mayAsk({ ...NO_UNIT, files: [file] }, readText);
}

const NO_UNIT: SourceUnit = { tsConfigPath: undefined, options: {}, files: [], adopted: [] };

/** Whatever leads to an adopted file, through however many others. */
function adoptImporters(
  own: readonly string[],
  imports: UnitImports,
  adopted: Map<string, SourceUnit>,
): void {
  const reached = [...adopted].flatMap(([file, unit]) => (unit === imports.unit ? [file] : []));
  if (reached.length === 0) return;
  for (const target of reached) {
    const importers = own.filter((file) => !adopted.has(file) && imports.of(file).includes(target));
    for (const file of importers.filter(parses)) {
      adopted.set(file, imports.unit);
      reached.push(file);
    }
  }
}

/** What files import under the options of a unit. */
class UnitImports {
  readonly unit: SourceUnit;
  readonly #root: string;
  readonly #files: ReadonlySet<string>;
  readonly #strays: ReadonlySet<string>;
  readonly #known = new Map<string, readonly string[]>();
  readonly #cache: ts.ModuleResolutionCache;
  readonly #package: WorkspacePackage | undefined;
  readonly #packages = new Map<string, WorkspacePackage | undefined>();

  constructor(unit: SourceUnit, root: string, strays: ReadonlySet<string>) {
    this.unit = unit;
    this.#root = root;
    this.#strays = strays;
    this.#files = new Set(unit.files);
    this.#cache = ts.createModuleResolutionCache(root, (name) => name, unit.options);
    const { tsConfigPath } = unit;
    const isInside = tsConfigPath?.startsWith(root + sep) === true;
    this.#package = this.#packageAround(isInside ? tsConfigPath : join(root, 'package.json'));
  }

  /** How much of its path a file has in common with the configuration. */
  nearness(file: string): number {
    const directory = dirname(this.unit.tsConfigPath ?? this.#root);
    return file.startsWith(directory + sep) ? directory.length : 0;
  }

  /** The files below the root that a file imports, packages aside. */
  of(file: string): readonly string[] {
    const known = this.#known.get(file);
    if (known !== undefined) return known;
    const resolved = specifiersIn(readText(file)).flatMap((specifier) => {
      const { resolvedModule } = ts.resolveModuleName(
        specifier,
        file,
        this.unit.options,
        ts.sys,
        this.#cache,
        undefined,
        this.#modeOf(file),
      );
      return resolvedModule === undefined ? [] : [resolve(resolvedModule.resolvedFileName)];
    });
    const found = resolved.filter(
      (path) => path.startsWith(this.#root + sep) && !path.includes(`${sep}node_modules${sep}`),
    );
    this.#known.set(file, found);
    return found;
  }

  /** Whether the imports lead to a file of the unit or to its package, through files that no unit has. */
  reachesUnit(file: string): boolean {
    const pending = [file];
    const seen = new Set(pending);
    for (const path of pending) {
      if (this.#namesPackage(path)) return true;
      for (const target of this.of(path)) {
        if (this.#files.has(target)) return true;
        if (seen.has(target) || !this.#strays.has(target)) continue;
        seen.add(target);
        pending.push(target);
      }
    }
    return false;
  }

  /** Whether a file imports the package that it is in by its name, whose entry may not be built. */
  #namesPackage(file: string): boolean {
    const own = this.#package;
    if (own === undefined || this.#packageAround(file)?.dir !== own.dir) return false;
    return specifiersIn(readText(file)).some(
      (specifier) => specifier === own.name || specifier.startsWith(`${own.name}/`),
    );
  }

  #packageAround(file: string): WorkspacePackage | undefined {
    return packageAround(dirname(file), this.#root, this.#packages);
  }

  #modeOf(file: string): ts.ResolutionMode {
    return ts.getImpliedNodeFormatForFile(
      file,
      this.#cache.getPackageJsonInfoCache(),
      ts.sys,
      this.unit.options,
    );
  }
}

function parses(file: string): boolean {
  const { diagnostics = [] } = ts.transpileModule(readText(file), {
    fileName: file,
    reportDiagnostics: true,
    compilerOptions: { jsx: ts.JsxEmit.Preserve, target: ts.ScriptTarget.ESNext },
  });
  return diagnostics.length === 0;
}

function readText(file: string): string {
  return readFileSync(file, 'utf8');
}
