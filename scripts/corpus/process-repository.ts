import { join } from 'node:path';

import { linkPackages } from '../servers/prepare-copies.ts';
import {
  checkPackageTypes,
  installAll,
  NOT_CHECKED,
  prepareBaseline,
  SKIPPED,
  type Baseline,
  type Checked,
  type Step,
} from './baseline.ts';
import { copyTree } from './copy-tree.ts';
import { compileMarked, type Compilation } from './compile-marked.ts';
import { explainFailures, type ExplainedFailure } from './explain-failures.ts';
import { judgeSites, type JudgedSite, type ListedSite, type Reported } from './judge-sites.ts';
import { migratePackage, type PackageMigration, type ReportedDiagnostic } from './migrate-package.ts';
import type { ListedRepository } from './read-list.ts';
import { testMigrated } from './test-package.ts';
import { newErrors } from './type-check.ts';
import type { Workshop } from './workshop.ts';

export interface PackageResult {
  readonly directory: string;
  readonly before: Checked;
  readonly migration: PackageMigration;
  /** The build step of what was marked. */
  readonly compilation: Compilation;
  readonly after: Checked;
  readonly newTypeErrors: readonly string[];
  readonly newTestFailures: readonly ExplainedFailure[];
}

export interface RepositoryResult {
  readonly name: string;
  readonly revision: string | undefined;
  readonly install: Step;
  /** Again, with what the migration added to the manifest. */
  readonly reinstall: Step;
  readonly packages: readonly PackageResult[];
  readonly sites: readonly JudgedSite[];
}

/** Without an installation, the packages through which asks are recognized come from here. */
const KNOWN_PACKAGES = ['@modelcontextprotocol', '@types/node', 'zod'];

/** Takes a repository through everything, in copies. @param expected the asks that a reader found in it */
export async function processRepository(
  listed: ListedRepository,
  expected: readonly ListedSite[],
  workshop: Workshop,
): Promise<RepositoryResult> {
  const baseline = await prepareBaseline(listed, workshop);
  const copy = join(workshop.directory, 'copies', listed.name.replaceAll('/', '+'));
  await copyTree(baseline.directory, copy, workshop);
  const isInstalled = baseline.install.status === 'ok';
  if (!isInstalled) for (const name of listed.packages) linkPackages(join(copy, name), KNOWN_PACKAGES);

  const migrations: PackageMigration[] = [];
  for (const name of listed.packages) {
    workshop.onStep(`migrate ${name}`);
    const bounds = { cwd: copy, env: workshop.env, seconds: workshop.limits.migrate };
    migrations.push(await migratePackage(join(copy, name), workshop.tarball, bounds));
  }

  // Before compiling: the sources show what became of an ask.
  const sites = judgeSites(expected, listed.path, copy, reportedBy(listed.packages, migrations));
  const isChanged = migrations.some(({ changedFiles }) => changedFiles.length > 0);

  const needsInstall = isInstalled && isChanged && (workshop.types || workshop.tests);
  if (needsInstall) workshop.onStep('install again');
  const reinstall = needsInstall ? await installAll(listed, copy, true, workshop) : SKIPPED;
  const packages: PackageResult[] = [];
  for (const [index, directory] of listed.packages.entries()) {
    const migration = migrations[index] as PackageMigration;
    const before = baseline.packages[index] ?? NOT_CHECKED;
    packages.push(await finishPackage({ listed, copy, directory, migration, before, baseline }, workshop));
  }
  const { name, revision } = listed;
  return { name, revision, install: baseline.install, reinstall, packages, sites };
}

interface MigratedPackage {
  readonly listed: ListedRepository;
  readonly copy: string;
  readonly directory: string;
  readonly migration: PackageMigration;
  readonly before: Checked;
  readonly baseline: Baseline;
}

async function finishPackage(
  { listed, copy, directory, migration, before, baseline }: MigratedPackage,
  workshop: Workshop,
): Promise<PackageResult> {
  const path = join(copy, directory);
  const isChecked = baseline.install.status === 'ok' && migration.changedFiles.length > 0;
  const types = isChecked ? await checkPackageTypes(path, copy, workshop) : before.types;
  const compilation = await compileMarked(path, migration, workshop);
  const { tests, failures } = isChecked
    ? await testMigrated({ listed, directory: path, copy }, before.tests, workshop)
    : { tests: before.tests, failures: [] };
  return {
    directory,
    before,
    migration,
    compilation,
    after: { types, tests },
    newTypeErrors: newErrors(before.types.errors, types.errors),
    newTestFailures: await explainFailures(failures, { listed, directory, migration, baseline }, workshop),
  };
}

/** The files, from the root of the repository, that diagnostics about asks point into, and the functions that they name. */
function reportedBy(directories: readonly string[], migrations: readonly PackageMigration[]): Reported {
  const diagnostics = migrations.flatMap((migration, index) =>
    migration.diagnostics
      .filter(isAboutAsks)
      .map((diagnostic) => ({ ...diagnostic, directory: directories[index] ?? '.' })),
  );
  const files = diagnostics.flatMap(({ directory, span, related = [] }) =>
    [...(span === undefined ? [] : [span]), ...related.map((at) => at.span)].map(({ file }) =>
      join(directory, file.replace(/ \(rewritten\)$/, '')),
    ),
  );
  const names = diagnostics.flatMap(({ title }) =>
    [...title.matchAll(/`([\w$]+)`/g)].map(([, name = '']) => name),
  );
  const refused = diagnostics.flatMap(({ span, severity, directory }) =>
    span === undefined && severity === 'error' ? [directory] : [],
  );
  return { files: new Set(files), names: new Set(names), refused };
}

/** Entries, look-ups by session, tests and the move to version 2 of the SDK are told apart from the asks. */
function isAboutAsks({ code, severity }: ReportedDiagnostic): boolean {
  return severity !== 'info' && !/^MRTR(?:4002|401[023]|61\d\d)$/.test(code);
}
