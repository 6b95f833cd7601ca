import { relative, resolve } from 'node:path';

import { diag } from '../../diagnostics/catalog.gen.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { computeLineStarts, offsetAt } from '../../diagnostics/position.ts';
import { findHandlerAt } from './find-handler-at.ts';
import type { MigratedSite, MigrateProject, MigrationOptions, MigrationResult } from './migration.ts';
import type { PackageCopy } from './overlay.ts';
import { CompilerCrashError } from './run-tsc.ts';
import type { TypeScriptError } from './run-tsc.ts';
import { verifyRewrites } from './verify-rewrites.ts';
import type { Verification, VerifyOptions } from './verify-rewrites.ts';

export interface VerifiedMigration extends MigrationResult {
  /** Rewritten texts that were refused, by the name their diagnostics use. */
  readonly refusedTexts: ReadonlyMap<string, string>;
}

/**
 * Migrates, type-checks the result and, while that shows new errors, migrates again without the handlers they are in, or
 * without the files where that does not help: the codemod decides anew what the rest may do, so that no handler is left
 * without its wiring. Where the compiled form is to take what the readable one cannot, such a file gets that chance
 * first. When an error cannot be put down to a file, or leaving the file out does not help, nothing is migrated.
 */
export async function migrateVerified(
  migrateProject: MigrateProject,
  options: MigrationOptions,
  packages: ReadonlyMap<string, PackageCopy>,
): Promise<VerifiedMigration> {
  const skip = new Set<string>();
  const unreadable = new Set<string>();
  const left = new LeftHandlers(options);
  const refusals: Diagnostic[] = [];
  const refusedTexts = new Map<string, string>();
  const check: VerifyOptions = { packages, base: options.base ?? new Map(), memo: new Map() };
  let skippedSites: readonly MigratedSite[] = [];
  for (;;) {
    const migration = await migrateProject({ ...options, skip, unreadable, leave: left.leave });
    const result = addSites(migration, skippedSites);
    const texts = new Map([...result.files].map(([path, { after }]) => [resolve(options.dir, path), after]));
    const isUnchanged = texts.size === 0 && (options.base?.size ?? 0) === 0;
    const verdict = isUnchanged ? UNCHANGED : await verify(options.dir, texts, check);
    if (verdict.unavailable !== undefined)
      refusals.push(diag.typeCheckUnavailable(undefined, { reason: verdict.unavailable }));
    const reported = reportedTests(result, options.dir);
    const newErrors = verdict.newErrors.filter(({ file }) => file === undefined || !reported.has(file));
    const finish = (last: MigrationResult): VerifiedMigration =>
      withRefusals(last, [...refusals, ...describeUpgrade(verdict, options.dir)], refusedTexts);
    if (newErrors.length === 0) return finish(result);
    const retried = options.form === 'fallback' ? filesToSkip(newErrors, result, options.dir) : [];
    if (retried.some((path) => !unreadable.has(path))) {
      for (const path of retried) unreadable.add(path);
      continue;
    }
    const inHandlers = left.add(newErrors, result, texts);
    const refused = inHandlers.size > 0 ? inHandlers : firstOfFiles(newErrors);
    for (const [error, what] of refused)
      refusals.push(refuse(error, what, { texts, dir: options.dir, refusedTexts }));
    if (inHandlers.size > 0) continue;
    const blamed = filesToSkip(newErrors, result, options.dir).filter((path) => !skip.has(path));
    if (blamed.length === 0) return finish(withoutFiles(result));
    for (const path of blamed) skip.add(path);
    skippedSites = result.sites
      .filter(({ file }) => skip.has(resolve(options.dir, file)))
      .map((site) => ({ ...site, outcome: 'diagnosed' }));
  }
}

/** The tests of helpers that were rewritten do not type-check any more, which is reported (MRTR4014). */
function reportedTests({ diagnostics }: MigrationResult, dir: string): ReadonlySet<string> {
  return new Set(
    diagnostics.flatMap(({ code, span }) =>
      code === 'MRTR4014' && span !== undefined ? [resolve(dir, span.file)] : [],
    ),
  );
}

/** The first error of each file: it is usually what the others come from. */
function firstOfFiles(errors: readonly TypeScriptError[]): Map<TypeScriptError, string> {
  const first = new Map(errors.toReversed().map((error) => [error.file, error] as const));
  return new Map([...first.values()].toReversed().map((error) => [error, 'this file'] as const));
}

/** The handlers whose rewrite was found wrong. */
class LeftHandlers {
  readonly #ids = new Set<string>();
  readonly #options: MigrationOptions;

  constructor(options: MigrationOptions) {
    this.#options = options;
  }

  readonly leave: NonNullable<MigrationOptions['leave']> = (handler) =>
    this.#options.leave?.(handler) ??
    (this.#ids.has([handler.file, handler.handler].join('\0')) ? 'diagnosed' : undefined);

  /** @returns the first error of each handler that was added, with what to call the handler */
  add(
    errors: readonly TypeScriptError[],
    { sites }: MigrationResult,
    texts: ReadonlyMap<string, string>,
  ): Map<TypeScriptError, string> {
    const { dir } = this.#options;
    const added = new Map<TypeScriptError, string>();
    for (const error of errors) {
      const text = error.file === undefined ? undefined : texts.get(error.file);
      if (error.file === undefined || text === undefined) continue;
      const own = sites.filter(
        ({ file, outcome }) => resolve(dir, file) === error.file && !IS_LEFT.has(outcome),
      );
      const offset = offsetAt(computeLineStarts(text), error);
      const names = new Set(own.map(({ handler }) => handler));
      const handler = findHandlerAt(error.file, text, offset, names);
      const id = [error.file, handler].join('\0');
      if (handler === undefined || this.#ids.has(id)) continue;
      this.#ids.add(id);
      added.set(error, `the handler \`${handler}\``);
    }
    return added;
  }
}

const IS_LEFT: ReadonlySet<MigratedSite['outcome']> = new Set(['diagnosed', 'ignored']);

/** A codemod that skips a file does not look for handlers in it, but they are still there to report. */
function addSites(result: MigrationResult, skipped: readonly MigratedSite[]): MigrationResult {
  const others = result.sites.filter(({ file }) => skipped.every((site) => site.file !== file));
  return { ...result, sites: [...others, ...skipped] };
}

type Verdict = Pick<Verification, 'newErrors' | 'baseErrors' | 'unavailable'>;

const UNCHANGED: Verdict = { newErrors: [], baseErrors: [], unavailable: undefined };

/** A compiler that crashes tells nothing about the rewrite. */
async function verify(
  dir: string,
  texts: ReadonlyMap<string, string>,
  options: VerifyOptions,
): Promise<Verdict> {
  try {
    return await verifyRewrites(dir, texts, options);
  } catch (error) {
    if (!(error instanceof CompilerCrashError)) throw error;
    return { ...UNCHANGED, unavailable: error.message };
  }
}

const MAX_NOTES = 10;

/** Errors that come from the texts the migration started from, which are not the user's. */
function describeUpgrade({ baseErrors }: Verdict, dir: string): readonly Diagnostic[] {
  if (baseErrors.length === 0) return [];
  const notes = baseErrors.slice(0, MAX_NOTES).map(({ file, line, code, message }) => {
    const place = file === undefined ? '' : `${relative(resolve(dir), file)}:${line}: `;
    return `${place}${code}: ${message.split('\n')[0]}`;
  });
  const more = baseErrors.length - notes.length;
  if (more > 0) notes.push(`and ${more} more`);
  return [diag.sdkUpgradeDoesNotTypeCheck(undefined, { count: baseErrors.length }, { notes })];
}

/** The rewritten files with errors; all of them when an error is elsewhere, where it shows the effect of some rewrite. */
function filesToSkip(
  errors: readonly TypeScriptError[],
  { files }: MigrationResult,
  dir: string,
): readonly string[] {
  const existing = [...files].filter(([, { before }]) => before !== '').map(([path]) => resolve(dir, path));
  const isRewritten = ({ file }: TypeScriptError): boolean => file !== undefined && existing.includes(file);
  if (!errors.every(isRewritten)) return existing;
  return existing.filter((path) => errors.some(({ file }) => file === path));
}

interface RefusalPlace {
  readonly texts: ReadonlyMap<string, string>;
  readonly dir: string;
  readonly refusedTexts: Map<string, string>;
}

function refuse(
  { file, line, column, code, message }: TypeScriptError,
  what: string,
  { texts, dir, refusedTexts }: RefusalPlace,
): Diagnostic {
  const text = file === undefined ? undefined : texts.get(file);
  const path = file === undefined ? undefined : relative(resolve(dir), file);
  const name = text === undefined ? path : nameRefused(path ?? '', text, refusedTexts);
  const start = text === undefined ? 0 : offsetAt(computeLineStarts(text), { line, column });
  const end = start + (/^[\w$]+/.exec(text?.slice(start) ?? '')?.[0].length ?? 0);
  const span = name === undefined ? undefined : { file: name, start, end };
  return diag.rewriteDoesNotTypeCheck(span, { what, message: `${code}: ${message}` });
}

/** Several texts of one file may be refused, one after the other. */
function nameRefused(path: string, text: string, refusedTexts: Map<string, string>): string {
  for (let n = 1; ; n += 1) {
    const name = `${path} (${n === 1 ? '' : `${n}: `}rewritten)`;
    const known = refusedTexts.get(name);
    if (known !== undefined && known !== text) continue;
    refusedTexts.set(name, text);
    return name;
  }
}

function withoutFiles({ sites, diagnostics }: MigrationResult): MigrationResult {
  return { files: new Map(), sites: sites.map((site) => ({ ...site, outcome: 'diagnosed' })), diagnostics };
}

function withRefusals(
  result: MigrationResult,
  refusals: readonly Diagnostic[],
  refusedTexts: ReadonlyMap<string, string>,
): VerifiedMigration {
  return { ...result, diagnostics: [...result.diagnostics, ...refusals], refusedTexts };
}
