import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

import { glob } from 'tinyglobby';

import { diag } from '../../diagnostics/catalog.gen.ts';
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import { ts } from '../../engine/syntax/ts.ts';
import { isTestFile } from '../server-entry/is-test-file.ts';
import { adoptStrays, mayAskItself } from './adopt-strays.ts';
import { findConfigs, findConfigsAbove, type Configs } from './find-configs.ts';

/** Files that are type-checked together. */
export interface SourceUnit {
  /** Absolute path of its tsconfig; undefined when the files were found by name only. */
  readonly tsConfigPath: string | undefined;
  readonly options: ts.CompilerOptions;
  /** Absolute paths, sorted; inside the directory asked for, no declarations, nothing under node_modules. */
  readonly files: readonly string[];
  /** Those of them that the configuration does not include (`adoptStrays`). */
  readonly adopted: readonly string[];
}

export const IGNORED = ['**/node_modules/**', '**/.*/**'];
export const SOURCE = '**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs}';
export const BUILD_OUTPUT = ['**/{dist,build,out,coverage}/**', '**/*.d.{ts,mts,cts}', '**/*.min.js'];

/**
 * Finds what to migrate below `dir`: the files of every tsconfig.json there (project references included), then those of
 * configurations of other names that scripts compile; without any, those that the nearest tsconfig.json above includes, as
 * `tsc` would take it; without that, all TypeScript and JavaScript files outside of the usual output directories. A file of
 * two configurations is in the unit of the configuration nearest to it; a file of none that asks is in the unit that its
 * imports lead to.
 * @throws {DiagnosticError} MRTR6001 when `dir` is no directory, MRTR6005 when it has no source file
 */
export async function findSourceUnits(dir: string): Promise<readonly SourceUnit[]> {
  const root = resolve(dir);
  if (!ts.sys.directoryExists(root)) {
    throw new DiagnosticError(
      diag.fileUnreadable(undefined, { path: dir, reason: 'there is no such directory' }),
    );
  }
  const configs = await findConfigs(root, IGNORED);
  const isConfigured = configs.main.length + configs.named.length > 0;
  const units = isConfigured
    ? await adoptAll(readUnits(root, configs), root)
    : ((await findUnitsAbove(root)) ?? [await findUnitByName(root)]);
  const found = units.filter(hasFiles);
  if (found.length === 0) throw new DiagnosticError(diag.noSourceFiles(undefined, { path: dir }));
  return found;
}

async function adoptAll(units: readonly SourceUnit[], root: string): Promise<readonly SourceUnit[]> {
  const found = units.filter(hasFiles);
  return adoptStrays(found, withoutIncluded(await findFiles(root), found), root);
}

function hasFiles({ files }: SourceUnit): boolean {
  return files.length > 0;
}

/**
 * The units of the nearest configuration above a directory that includes files of it; undefined without one, and where only
 * files ask that it leaves out: a server of JavaScript beside a few types, for one.
 */
async function findUnitsAbove(root: string): Promise<readonly SourceUnit[] | undefined> {
  for (const config of findConfigsAbove(root)) {
    const units = await adoptAll(readUnits(root, { main: [config], named: [] }), root);
    if (units.length === 0) continue;
    const strays = withoutIncluded(await findFiles(root), units);
    const own = units.flatMap(({ files }) => files);
    const isOwn = asks(own, root) || !asks(strays, root);
    return isOwn ? units : undefined;
  }
  return undefined;
}

function asks(files: readonly string[], root: string): boolean {
  return files.some((file) => !isTestFile(relative(root, file)) && mayAskItself(file));
}

/** The source files below `dir` that are in none of its tsconfig.json files; undefined where it has no such file. */
export async function findStrayFiles(
  dir: string,
  units: readonly SourceUnit[],
): Promise<SourceUnit | undefined> {
  if (units.every(({ tsConfigPath }) => tsConfigPath === undefined)) return undefined;
  const all = await findUnitByName(resolve(dir));
  return { ...all, files: withoutIncluded(all.files, units) };
}

function withoutIncluded(files: readonly string[], units: readonly SourceUnit[]): readonly string[] {
  const included = new Set(units.flatMap((unit) => unit.files));
  return files.filter((file) => !included.has(file));
}

async function findUnitByName(root: string): Promise<SourceUnit> {
  const options: ts.CompilerOptions = {
    allowJs: true,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    strict: true,
  };
  return { tsConfigPath: undefined, options, files: await findFiles(root), adopted: [] };
}

async function findFiles(root: string): Promise<readonly string[]> {
  const files = await glob(SOURCE, { cwd: root, ignore: [...IGNORED, ...BUILD_OUTPUT], absolute: true });
  return files.map((file) => resolve(file)).sort();
}

function readUnits(root: string, { main, named }: Configs): readonly SourceUnit[] {
  const byConfig = readConfigs(main);
  const owners = nearestOwners(root, byConfig);
  const others = new Map([...readConfigs(named)].filter(([config]) => !byConfig.has(config)));
  for (const [file, config] of nearestOwners(root, others)) if (!owners.has(file)) owners.set(file, config);
  return [...byConfig, ...others].map(([tsConfigPath, { options, fileNames }]) => ({
    tsConfigPath,
    options,
    files: fileNames
      .map((file) => resolve(file))
      .filter((file) => owners.get(file) === tsConfigPath)
      .sort(),
    adopted: [],
  }));
}

/** With those they refer to. */
function readConfigs(configs: readonly string[]): Map<string, ts.ParsedCommandLine> {
  const byConfig = new Map<string, ts.ParsedCommandLine>();
  const queue = [...configs];
  for (let config = queue.pop(); config !== undefined; config = queue.pop()) {
    if (byConfig.has(config)) continue;
    const parsed = readConfig(config);
    byConfig.set(config, parsed);
    queue.push(...(parsed.projectReferences ?? []).map(configOfReference).filter((path) => existsSync(path)));
  }
  return byConfig;
}

/** Mistakes in a tsconfig are the project's own type check's to report; what can be read of it is used. */
export function readConfig(path: string): ts.ParsedCommandLine {
  const { config } = ts.readConfigFile(path, (file) => ts.sys.readFile(file)) as { config?: unknown };
  return ts.parseJsonConfigFileContent(config ?? {}, ts.sys, dirname(path), undefined, path);
}

function configOfReference({ path }: ts.ProjectReference): string {
  return resolve(path.endsWith('.json') ? path : join(path, 'tsconfig.json'));
}

function nearestOwners(
  root: string,
  byConfig: ReadonlyMap<string, ts.ParsedCommandLine>,
): Map<string, string> {
  const owners = new Map<string, string>();
  const deepestLast = [...byConfig].sort(
    ([a], [b]) => dirname(a).length - dirname(b).length || b.localeCompare(a),
  );
  for (const [config, { fileNames }] of deepestLast) {
    for (const file of fileNames.map((name) => resolve(name))) {
      if (!isProjectSource(root, file)) continue;
      const owner = owners.get(file);
      if (owner === undefined || file.startsWith(dirname(config) + sep)) owners.set(file, config);
    }
  }
  return owners;
}

function isProjectSource(root: string, file: string): boolean {
  return (
    file.startsWith(root + sep) && !file.includes(`${sep}node_modules${sep}`) && !/\.d\.[cm]?ts$/.test(file)
  );
}
