import { realpathSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';

import { extendConfig, type CheckedConfig } from './extend-config.ts';
import { findSourceUnits, readConfig, type SourceUnit } from './find-source-units.ts';
import { linksOwnPackages } from './links-own-packages.ts';
import { listAncestors } from './list-ancestors.ts';
import { createOverlay } from './overlay.ts';
import type { Overlay, OverlayOptions, PackageCopy } from './overlay.ts';
import { findTypeScript, runTsc } from './run-tsc.ts';
import type { InstalledTypeScript, TypeScriptError } from './run-tsc.ts';

export interface Verification {
  /** Errors in the rewritten project that the original does not have; files as the caller named them. */
  readonly newErrors: readonly TypeScriptError[];
  /** How many errors of the rewritten project are the original's own. */
  readonly baselineErrors: number;
  /** Errors of the texts that the rewrites started from, which what is on disk does not have. */
  readonly baseErrors: readonly TypeScriptError[];
  /** Why nothing was checked; undefined when it was. */
  readonly unavailable: string | undefined;
}

export interface VerifyOptions {
  /** Packages the rewritten files import and the project may not have yet, by name. */
  readonly packages?: ReadonlyMap<string, PackageCopy>;
  /** The texts that the rewrites started from where these are not on disk, by absolute path. */
  readonly base?: ReadonlyMap<string, string>;
  /** Keeps what was found about the project before, from one call to the next. */
  readonly memo?: Map<string, readonly TypeScriptError[]>;
}

/**
 * Type-checks the project with its own TypeScript (5, 6 or 7) as it would be and, when that shows errors, as it is;
 * the project itself is not touched. Checked are the configurations that hold a rewritten file. An error is new when the
 * original has fewer of the same file, code and message: lines do not count, since a rewrite moves them, nor do the types
 * that a message quotes.
 * @param rewritten absolute path → new content
 * @throws {CompilerCrashError}
 */
export async function verifyRewrites(
  projectDir: string,
  rewritten: ReadonlyMap<string, string>,
  { packages = new Map(), base = new Map(), memo = new Map() }: VerifyOptions = {},
): Promise<Verification> {
  const named = resolve(projectDir);
  // Compilers report real paths, so the mirror is one of the real directory.
  const dir = realpathSync(named);
  const typescript = findTypeScript(dir);
  if (typescript === undefined) return unavailable('`typescript` is not installed in the project');
  const inReal = (texts: ReadonlyMap<string, string>): ReadonlyMap<string, string> =>
    new Map([...texts].map(([path, text]) => [join(dir, relative(named, resolve(path))), text]));
  const asNamed = (errors: readonly TypeScriptError[]): readonly TypeScriptError[] =>
    errors.map((error) => ({ ...error, file: error.file && join(named, relative(dir, error.file)) }));

  const files = inReal(new Map([...base, ...rewritten]));
  const configs = await configsOf(dir, files);
  if (configs.length === 0) return unavailable('no tsconfig.json includes them');
  const extended = new Map(configs.flatMap(({ path, text }) => (text === undefined ? [] : [[path, text]])));
  const paths = configs.map(({ path }) => path);
  const workspace = workspaceOf(dir, paths);
  const copied = (await linksOwnPackages(workspace ?? dir, files.keys())) ? 'modules' : undefined;
  const check = (texts: ReadonlyMap<string, string>, of: readonly string[]): Promise<ErrorsByConfig> =>
    checkAll(typescript, of, { dir, workspace, copied, files: new Map([...texts, ...extended]), packages });
  const checkOnce = async (
    key: string,
    texts: ReadonlyMap<string, string>,
    of: readonly string[],
  ): Promise<ErrorsByConfig> => {
    const idOf = (config: string): string => [key, config, extended.get(config)].join('\0');
    const unknown = of.filter((config) => !memo.has(idOf(config)));
    const found = unknown.length === 0 ? new Map<string, never>() : await check(texts, unknown);
    for (const [config, errors] of found) memo.set(idOf(config), errors);
    return new Map(of.map((config) => [config, memo.get(idOf(config)) ?? []]));
  };

  // Of what shows no errors, nothing has to be known from before.
  const checked = await check(files, paths);
  const started = await checkOnce('before', inReal(base), failing(checked));
  const untouched = base.size === 0 ? started : await checkOnce('original', new Map(), failing(started));
  const after = allErrors(checked);
  const before = allErrors(started);
  const original = allErrors(untouched);
  const newErrors = subtractErrors(after, before);
  return {
    newErrors: asNamed(newErrors),
    baselineErrors: after.length - newErrors.length,
    baseErrors: asNamed(subtractErrors(before, original)),
    unavailable: undefined,
  };
}

function unavailable(reason: string): Verification {
  return { newErrors: [], baselineErrors: 0, baseErrors: [], unavailable: reason };
}

/**
 * The configurations that hold a rewritten file. One with files that it does not include itself is extended by them, and
 * one of a whole workspace leaves out the files of the others that are checked.
 */
async function configsOf(dir: string, files: ReadonlyMap<string, string>): Promise<readonly CheckedConfig[]> {
  const units = (await findSourceUnits(dir)).filter((unit) => unit.files.some((file) => files.has(file)));
  const owners = new Map(units.flatMap((unit) => ownFiles(unit).map((file) => [file, unit] as const)));
  return units.flatMap((unit) => {
    const { tsConfigPath: path } = unit;
    if (path === undefined) return [];
    const { fileNames, projectReferences = [] } = readConfig(path);
    // What extends a configuration does not have its references, so that imports would lead elsewhere.
    const others =
      projectReferences.length > 0
        ? []
        : fileNames.map((file) => resolve(file)).filter((file) => (owners.get(file) ?? unit) !== unit);
    const isExtended = others.length > 0 || unit.adopted.some((file) => files.has(file));
    return [
      isExtended ? extendConfig(path, unit, workspaceOf(dir, [path]) ?? dir, new Set(others)) : { path },
    ];
  });
}

/** The outermost directory of configurations that are above the project, which check more than the project. */
function workspaceOf(dir: string, configs: readonly string[]): string | undefined {
  const directories = new Set(configs.map((path) => dirname(path)));
  return listAncestors(dir)
    .slice(1)
    .findLast((at) => directories.has(at));
}

/** Those that its configuration includes. */
function ownFiles({ files, adopted }: SourceUnit): readonly string[] {
  return files.filter((file) => !adopted.includes(file));
}

/** In the order of the configurations. */
type ErrorsByConfig = ReadonlyMap<string, readonly TypeScriptError[]>;

function failing(found: ErrorsByConfig): readonly string[] {
  return [...found].flatMap(([config, errors]) => (errors.length === 0 ? [] : [config]));
}

function allErrors(found: ErrorsByConfig): readonly TypeScriptError[] {
  return [...found.values()].flat();
}

/** More compilers at once than these take too much memory together. */
const MAX_COMPILERS = 4;

/** Checks the project in a mirror where texts differ from it, else in place. */
async function checkAll(
  typescript: InstalledTypeScript,
  configs: readonly string[],
  mirror: OverlayOptions,
): Promise<ErrorsByConfig> {
  const overlay = mirror.files.size === 0 ? undefined : await createOverlay(mirror);
  const found = new Map<string, readonly TypeScriptError[]>();
  // One queue, from which each compiler takes the next when it is done.
  const queue = configs.values();
  const work = async (): Promise<void> => {
    for (const config of queue) {
      const errors = await runTsc(typescript, overlay?.locate(config) ?? config);
      found.set(
        config,
        errors.map((error) => inOriginal(error, overlay)),
      );
    }
  };
  const length = Math.min(configs.length, availableParallelism(), MAX_COMPILERS);
  try {
    const ended = await Promise.allSettled(Array.from({ length }, work));
    for (const end of ended) if (end.status === 'rejected') throw end.reason;
    return new Map(configs.map((config) => [config, found.get(config) ?? []]));
  } finally {
    await overlay?.remove();
  }
}

/** Messages name files too, which must not differ from one mirror to the next. */
function inOriginal(error: TypeScriptError, overlay: Overlay | undefined): TypeScriptError {
  const original = (path: string): string => overlay?.original(path) ?? path;
  return {
    ...error,
    file: error.file && original(error.file),
    message: error.message.replaceAll(/(?<=['"])(?:\/|[A-Za-z]:)[^'"\n]+(?=['"])/g, original),
  };
}

/**
 * `errors` without those of `known`, each of which takes away one: the same one, or else one that differs only in the types
 * it quotes, since a rewrite changes the type of a handler that was wrong before.
 */
export function subtractErrors<Error extends ErrorIdentity>(
  errors: readonly Error[],
  known: readonly Error[],
): readonly Error[] {
  const unlike = subtractBy(exactKey, errors, known);
  return subtractBy(looseKey, unlike, subtractBy(exactKey, known, errors));
}

function subtractBy<Error extends ErrorIdentity>(
  keyOf: (error: ErrorIdentity) => string,
  errors: readonly Error[],
  known: readonly Error[],
): readonly Error[] {
  const left = new Map<string, number>();
  for (const error of known) left.set(keyOf(error), (left.get(keyOf(error)) ?? 0) + 1);
  return errors.filter((error) => {
    const count = left.get(keyOf(error)) ?? 0;
    left.set(keyOf(error), count - 1);
    return count <= 0;
  });
}

/** What is left of an error when its place is not looked at. */
type ErrorIdentity = Pick<TypeScriptError, 'file' | 'code' | 'message'>;

function exactKey({ file, code, message }: ErrorIdentity): string {
  return [file, code, message].join('\0');
}

function looseKey({ file, code, message }: ErrorIdentity): string {
  const [head = ''] = message.split('\n');
  // Names stay: `'claim' does not exist` and `'depth' does not exist` are two errors.
  return [file, code, head.replaceAll(/'[^']*[^'\w][^']*'/g, "''")].join('\0');
}
