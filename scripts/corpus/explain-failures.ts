import { join } from 'node:path';

import { installAll, NOT_CHECKED, type Baseline } from './baseline.ts';
import { copyTree } from './copy-tree.ts';
import { migratePackage, type PackageMigration } from './migrate-package.ts';
import type { ListedRepository } from './read-list.ts';
import { testMigrated } from './test-package.ts';
import { wholeFile, type TestFailure } from './test-report.ts';
import type { Workshop } from './workshop.ts';

export interface ExplainedFailure extends TestFailure {
  /** `mock`: MRTR4013 points into the file; `move`: it fails as well when only the SDK's version changes. */
  readonly cause?: 'mock' | 'move';
}

interface FailedPackage {
  readonly listed: ListedRepository;
  /** From the root. */
  readonly directory: string;
  readonly migration: PackageMigration;
  readonly baseline: Baseline;
}

/** Tells the failures that a reader of the migration's report would expect from the others. */
export async function explainFailures(
  failures: readonly TestFailure[],
  failed: FailedPackage,
  workshop: Workshop,
): Promise<ExplainedFailure[]> {
  const { diagnostics } = failed.migration;
  // A line of the list runs at the root, and names files from there.
  const top = failed.listed.test === undefined ? '' : failed.directory;
  const mocking = new Set(
    diagnostics.flatMap(({ code, span }) =>
      code === 'MRTR4013' && span !== undefined ? [join(top, span.file)] : [],
    ),
  );
  const isMoved = diagnostics.some(({ code }) => code.startsWith('MRTR61'));
  const ofMove = failures.length > 0 && isMoved ? await failuresOfMove(failed, workshop) : new Set<string>();
  return failures.map((failure) => {
    const { name, file = '' } = failure;
    if (ofMove.has(name) || ofMove.has(wholeFile(file))) return { ...failure, cause: 'move' };
    return mocking.has(file) ? { ...failure, cause: 'mock' } : failure;
  });
}

/** What fails in a copy that is moved to version 2 of the SDK with every handler left as it is. */
async function failuresOfMove(
  { listed, directory, baseline }: FailedPackage,
  workshop: Workshop,
): Promise<ReadonlySet<string>> {
  workshop.onStep(`the move alone ${directory}`);
  const copy = join(workshop.directory, 'moved');
  await copyTree(baseline.directory, copy, workshop);
  const bounds = { cwd: copy, env: workshop.env, seconds: workshop.limits.migrate };
  for (const name of listed.packages)
    await migratePackage(join(copy, name), workshop.tarball, bounds, ['--ignore', '**', '--no-verify']);
  await installAll(listed, copy, true, workshop);
  const before = baseline.packages[listed.packages.indexOf(directory)] ?? NOT_CHECKED;
  const tested = { listed, directory: join(copy, directory), copy };
  const { failures } = await testMigrated(tested, before.tests, workshop);
  return new Set(failures.map(({ name }) => name));
}
