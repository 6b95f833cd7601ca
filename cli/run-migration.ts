import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative, resolve, sep } from 'node:path';

import { planEquivalenceTests } from '../codemods/emit-tests/plan-equivalence-tests.ts';
import type { EquivalenceTests } from '../codemods/emit-tests/plan-equivalence-tests.ts';
import { findChoice } from '../codemods/project/handler-choices.ts';
import type { HandlerChoice } from '../codemods/project/handler-choices.ts';
import { compareTests, type CompareTestsOptions } from '../codemods/project/compare-tests.ts';
import { inspectGit } from '../codemods/project/inspect-git.ts';
import { migrateVerified } from '../codemods/project/migrate-verified.ts';
import type {
  HandlerForm,
  HandlerId,
  MigratedSite,
  MigrateProject,
  MigrationProgress,
  MigrationResult,
  RewrittenFile,
} from '../codemods/project/migration.ts';
import type { PackageCopy } from '../codemods/project/overlay.ts';
import { planDocsEdits } from '../codemods/project/plan-docs-edits.ts';
import { markFiles } from '../codemods/project/mark-files.ts';
import { planManifestEdits } from '../codemods/project/plan-manifest-edits.ts';
import { UnitProjects } from '../codemods/project/unit-projects.ts';
import { selectHandlers } from '../codemods/project/select-handlers.ts';
import { composeUpgrade } from '../codemods/sdk-v1/compose-upgrade.ts';
import { diag } from '../diagnostics/catalog.gen.ts';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { readPackageInfo } from './package-info.ts';
import { prepareSdk } from './prepare-sdk.ts';
import type { PreparedSdk, SdkVersion } from './prepare-sdk.ts';
import { readSources } from './read-sources.ts';
import type { ChangedFile, Report } from './report.ts';
import { printUnifiedDiff } from './reporters/unified-diff.ts';
import type { StatusLine } from './status-line.ts';
import { writeWithRecord } from './undo/write-with-record.ts';

const BYTE_ORDER_MARK = '\uFEFF';

export interface MigrateFlags {
  readonly dir: string;
  readonly codec: 'mrtr' | 'sdk';
  readonly form: HandlerForm;
  readonly from?: SdkVersion;
  /** Patterns of handler names or paths. */
  readonly only?: readonly string[];
  readonly ignore?: readonly string[];
  readonly dryRun: boolean;
  readonly allowDirty: boolean;
  readonly verify: boolean;
  readonly patch?: string;
  /** Also write tests that compare each server with what it was. */
  readonly emitTests?: boolean;
  /** Also tell of the key in `.env.example` and the README. */
  readonly docs?: boolean;
  /** Mark in the sources what a person has to look at. */
  readonly markers?: boolean;
  /** Add a script that runs `mrtr check` to package.json. */
  readonly checkScript?: boolean;
  /** Run the project's tests as it is and as it would be. */
  readonly tests?: Pick<CompareTestsOptions, 'command' | 'seconds'>;
  /** What a person wants for single handlers. */
  readonly choices?: readonly HandlerChoice[];
}

/**
 * Everything around the codemod: looks at version control, verifies, adds dependencies, writes all files or none.
 * @param projects keeps what is loaded, for callers that go on with the same project
 * @returns the report; printing it is the caller's
 * @throws {DiagnosticError} when the working tree is dirty, the directory unusable, or a file changed meanwhile or
 *   cannot be written
 */
export async function runMigration(
  flags: MigrateFlags,
  migrateProject: MigrateProject,
  status: StatusLine,
  projects = new UnitProjects(),
): Promise<Report> {
  const remarks = flags.dryRun ? [] : await guardWorkingTree(flags);
  status.update('reading');
  const sdk = await prepareSdk(flags.dir, flags.from, projects);
  const { refusedTexts, ...migrated } = await migrate(flags, migrateProject, { ...sdk, projects }, status);
  const result = flags.markers === true ? await markFiles(flags.dir, migrated) : migrated;
  const { ranges } = readPackageInfo();
  const manifests = planManifestEdits(
    flags.dir,
    result.files,
    ranges,
    sdk.upgrade?.manifests,
    flags.checkScript,
  );
  const docs = flags.docs === true ? planDocsEdits(flags.dir, result.files) : [];
  const files = new Map([...result.files, ...manifests, ...docs]);
  const changedFiles = [...files]
    .filter(([, { before, after }]) => before !== after)
    .map(([path, file]) => describeFile(flags.dir, resolve(flags.dir, path), file))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  const tested = await test(flags, changedFiles, sdk, status);
  const isRefused = tested.some(({ severity }) => severity === 'error');
  const accepted = isRefused ? [] : changedFiles;
  status.update('writing');
  const unrecorded = await write(flags, accepted);
  const diagnostics = [
    ...(accepted.length === 0 ? [] : remarks),
    ...unrecorded,
    ...result.diagnostics,
    ...tested,
  ];
  return {
    command: 'migrate',
    written: !flags.dryRun,
    changedFiles: accepted,
    sites: isRefused ? result.sites.map(asLeft) : result.sites,
    diagnostics,
    sources: new Map([...readOriginals(flags.dir, result, diagnostics), ...refusedTexts]),
  };
}

/**
 * Looks at version control before anything is written.
 * @returns what there is to say about it
 * @throws {DiagnosticError} MRTR6010 when files have changes that are not committed
 */
export async function guardWorkingTree({ dir, allowDirty }: MigrateFlags): Promise<readonly Diagnostic[]> {
  const state = await inspectGit(dir);
  if (state.kind === 'untracked') return [diag.noVersionControl(undefined, { path: dir })];
  if (state.kind === 'clean' || allowDirty) return [];
  const shown = state.paths.slice(0, 10);
  const more = state.paths.length - shown.length;
  const notes = more > 0 ? [...shown, `and ${more} more`] : shown;
  throw new DiagnosticError(
    diag.workingTreeDirty(undefined, { count: state.paths.length, path: dir }, { notes }),
  );
}

async function migrate(
  flags: MigrateFlags,
  migrateProject: MigrateProject,
  { upgrade, packages, projects }: PreparedSdk & { readonly projects: UnitProjects },
  status: StatusLine,
): ReturnType<typeof migrateVerified> {
  const { dir, codec, choices = [] } = flags;
  const isSelected = selectHandlers({ dir, only: flags.only ?? [], ignore: flags.ignore ?? [] });
  const upgraded = [...(upgrade?.files ?? [])].map(([path, { after }]) => [path, after] as const);
  const options = {
    dir,
    codec,
    form: formFor(flags),
    packages,
    projects,
    base: new Map(upgraded),
    leave: (handler: HandlerId) => isSelected(handler) ?? LEFT[findChoice(choices, handler) ?? 'compile'],
    compiles: (handler: HandlerId) => findChoice(choices, handler) === 'compile',
    onProgress: ({ done, total, file }: MigrationProgress) =>
      status.update(`analysing ${done}/${total} ${file}`),
  };
  const migration = flags.verify
    ? await migrateVerified(migrateProject, options, packagesToCome(packages))
    : { ...(await migrateProject(options)), refusedTexts: new Map<string, string>() };
  const tests = flags.emitTests === true ? await planEquivalenceTests(dir, migration, options) : NO_TESTS;
  const composed = upgrade === undefined ? migration : composeUpgrade(upgrade, migration, dir);
  return {
    ...composed,
    files: new Map([...composed.files, ...tests.files]),
    diagnostics: [...composed.diagnostics, ...tests.diagnostics],
  };
}

/** What the migrated project will have installed. */
function packagesToCome(packages: PreparedSdk['packages']): ReadonlyMap<string, PackageCopy> {
  const { root } = readPackageInfo();
  // Its package.json is not exported, so it cannot be resolved.
  const devalue = createRequire(join(root, 'package.json'))
    .resolve.paths('devalue')
    ?.map((place) => join(place, 'devalue'))
    .find((path) => existsSync(path));
  const runtime = {
    from: root,
    entries: ['package.json', 'dist/runtime', 'dist/cjs'],
    dependencies: new Map(devalue === undefined ? [] : [['devalue', devalue]]),
  };
  const linked = [...packages].map(([name, from]) => [name, { from }] as const);
  return new Map([['mrtr', runtime], ...linked]);
}

async function test(
  { dir, tests }: MigrateFlags,
  changed: readonly ChangedFile[],
  { packages }: PreparedSdk,
  status: StatusLine,
): Promise<readonly Diagnostic[]> {
  if (tests === undefined || changed.length === 0) return [];
  const texts = new Map(changed.map(({ path, after }) => [resolve(dir, path), after]));
  const onProgress = (text: string): void => status.update(text);
  return compareTests(dir, texts, { ...tests, packages: packagesToCome(packages), onProgress });
}

function asLeft(site: MigratedSite): MigratedSite {
  return site.outcome === 'ignored' ? site : { ...site, outcome: 'diagnosed' };
}

/** How a handler that a person left is reported: as wanted, or as what could not be rewritten anyway. */
const LEFT = { skip: 'ignored', leave: 'diagnosed', compile: undefined } as const;

/** One handler for the compiler makes the marking of functions necessary; all others are then decided on. */
function formFor({ form, choices = [] }: MigrateFlags): HandlerForm {
  return form === 'readable' && choices.some(({ choice }) => choice === 'compile') ? 'fallback' : form;
}

const NO_TESTS: EquivalenceTests = { files: new Map(), diagnostics: [] };

/**
 * Compares what was analysed with what is on disk, so that an edit made meanwhile is not lost.
 * @throws {DiagnosticError} MRTR6014 when they differ
 */
function describeFile(dir: string, path: string, { before, after }: RewrittenFile): ChangedFile {
  const shown = relative(resolve(dir), path).replaceAll(sep, '/');
  const onDisk = existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  if ((onDisk ?? '') === before) return { path: shown, before: onDisk, after };
  // Compilers drop a byte order mark when they read; it is put back.
  if (onDisk === BYTE_ORDER_MARK + before)
    return { path: shown, before: onDisk, after: BYTE_ORDER_MARK + after };
  throw new DiagnosticError(diag.fileChangedMeanwhile(undefined, { path: shown }));
}

async function write(
  { dir, dryRun, patch }: MigrateFlags,
  changed: readonly ChangedFile[],
): Promise<readonly Diagnostic[]> {
  const more = new Map(patch === undefined ? [] : [[resolve(patch), printUnifiedDiff(changed)]]);
  return writeWithRecord('migrate', dir, dryRun ? [] : changed, more);
}

/** What diagnostics point into are the original texts, also after writing. */
function readOriginals(
  dir: string,
  { files }: MigrationResult,
  diagnostics: readonly Diagnostic[],
): ReadonlyMap<string, string> {
  const originals = new Map([...files].map(([path, { before }]) => [resolve(dir, path), before]));
  return readSources(diagnostics, (file) => originals.get(resolve(dir, file)), dir);
}
