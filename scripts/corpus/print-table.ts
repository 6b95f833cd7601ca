import type { SiteOutcome } from './judge-sites.ts';
import type { PackageResult, RepositoryResult } from './process-repository.ts';

/** The figures of one repository; every list of names is counted. */
export interface Row {
  readonly name: string;
  readonly revision: string | undefined;
  readonly install: string;
  readonly status: string;
  /** Handlers by what the migration says became of them. */
  readonly handlers: Readonly<Record<string, number>>;
  /** Asks listed by a reader, by what became of their source text. */
  readonly listed: Readonly<Record<SiteOutcome, number>>;
  readonly diagnostics: Readonly<Record<string, number>>;
  readonly typeErrors: {
    readonly before: number;
    readonly new: number;
    /** Of the new ones, those that moving to version 2 of the SDK brings, as the migration reports. */
    readonly ofSdk: number;
    /** `failed` where the compiler gave no errors to compare, before or after. */
    readonly status: string;
  };
  readonly tests: {
    readonly before: string;
    readonly after: string;
    readonly passed: number;
    readonly new: number;
    /** Of the new ones, those that the move to version 2 of the SDK brings alone. */
    readonly ofSdk: number;
    /** Of the new ones, those of files with mocks that the migration reports. */
    readonly mocks: number;
  };
  readonly seconds: number;
  readonly peakMegabytes: number | undefined;
}

export function summarize({ name, revision, install, reinstall, packages, sites }: RepositoryResult): Row {
  const sum = (read: (result: PackageResult) => number): number =>
    packages.reduce((total, result) => total + read(result), 0);
  const worst = (read: (result: PackageResult) => string): string =>
    [...new Set(packages.map(read))].filter((status) => status !== 'none').join('/') || 'none';
  const peaks = packages.flatMap(({ migration }) => migration.peakMegabytes ?? []);
  return {
    name,
    revision,
    install: reinstall.status === 'skipped' ? install.status : `${install.status}, ${reinstall.status}`,
    status: worst(({ migration, compilation }) =>
      compilation.status === 'failed' ? 'not compiled' : migration.status,
    ),
    handlers: countBy(packages.flatMap(({ migration }) => migration.sites.map(({ outcome }) => outcome))),
    listed: {
      migrated: 0,
      compiled: 0,
      explained: 0,
      unexplained: 0,
      unread: 0,
      ...countBy(sites.map(({ outcome }) => outcome)),
    },
    diagnostics: countBy(packages.flatMap(({ migration }) => migration.diagnostics.map(({ code }) => code))),
    typeErrors: {
      before: sum(({ before }) => before.types.errors.length),
      new: sum(({ newTypeErrors }) => newTypeErrors.length),
      ofSdk: sum(sdkTypeErrors),
      status: worst(({ before, after }) =>
        before.types.status === 'failed' ? 'failed' : after.types.status,
      ),
    },
    tests: {
      before: worst(({ before }) => before.tests.status),
      after: worst(({ after }) => after.tests.status),
      passed: sum(({ after }) => after.tests.passed ?? 0),
      new: sum(({ newTestFailures }) => newTestFailures.length),
      ofSdk: sum(({ newTestFailures }) => newTestFailures.filter(({ cause }) => cause === 'move').length),
      mocks: sum(({ newTestFailures }) => newTestFailures.filter(({ cause }) => cause === 'mock').length),
    },
    seconds: sum(({ migration }) => migration.seconds),
    peakMegabytes: peaks.length === 0 ? undefined : Math.max(...peaks),
  };
}

const HEADINGS = [
  'repository',
  'revision',
  'install',
  'migrate',
  'handlers',
  'listed asks',
  'diagnostics',
  'type errors',
  'tests',
  's',
  'MB',
];

/** The table for people, with a line of sums. */
export function printMarkdown(rows: readonly Row[]): string {
  const cells = rows.map((row) => [
    row.name,
    row.revision?.slice(0, 8) ?? '',
    row.install,
    row.status,
    showCounts(row.handlers),
    showCounts(row.listed),
    showCounts(row.diagnostics),
    isChecked(row) ? showTypeErrors(row) : '',
    row.tests.before === 'none' ? '' : showTests(row),
    row.seconds.toFixed(1),
    row.peakMegabytes?.toString() ?? '',
  ]);
  const line = (row: readonly string[]): string => `| ${row.join(' | ')} |\n`;
  const table = [HEADINGS, HEADINGS.map(() => '---'), ...cells, sumsOf(rows)].map(line).join('');
  return `# Corpus\n\n${table}`;
}

function sumsOf(rows: readonly Row[]): string[] {
  const merged = (read: (row: Row) => Readonly<Record<string, number>>): string =>
    showCounts(rows.map(read).reduce<Record<string, number>>(addCounts, {}));
  const sum = (read: (row: Row) => number): number => rows.reduce((total, row) => total + read(row), 0);
  return [
    `**${rows.length}**`,
    '',
    `${rows.filter(({ install }) => install.startsWith('ok')).length} ok`,
    `${rows.filter(({ status }) => status === 'done').length} done`,
    merged(({ handlers }) => handlers),
    merged(({ listed }) => listed),
    merged(({ diagnostics }) => diagnostics),
    `+${sum((row) => (isChecked(row) ? row.typeErrors.new : 0))}, ${sum((row) => (isChecked(row) ? row.typeErrors.ofSdk : 0))} of them SDK`,
    `+${sum(({ tests }) => tests.new)}`,
    sum(({ seconds }) => seconds).toFixed(1),
    '',
  ];
}

/** Whether the compiler told the errors before and after. */
export function isChecked({ typeErrors }: Row): boolean {
  return typeErrors.status !== 'none' && !typeErrors.status.includes('failed');
}

export function showTypeErrors({ typeErrors }: Row): string {
  const ofSdk = typeErrors.ofSdk === 0 ? '' : `, ${typeErrors.ofSdk} of them SDK`;
  return `${typeErrors.before} → +${typeErrors.new}${ofSdk}`;
}

export function showTests({ tests }: Row): string {
  const causes = showCounts({ 'of them SDK': tests.ofSdk, 'of them mocks': tests.mocks });
  return `${tests.passed} passed, +${tests.new} failed${causes === '' ? '' : `, ${causes}`}`;
}

/**
 * MRTR6103 counts what the official codemod leaves, with version 1 still installed; MRTR6101 names the modules of version 1
 * that it cannot replace, which are not found any more once the manifest is installed again.
 */
function sdkTypeErrors({ migration: { diagnostics }, newTypeErrors }: PackageResult): number {
  const counted = diagnostics
    .filter(({ code }) => code === 'MRTR6103')
    .reduce((sum, { title }) => sum + Number(/(\d+) type error/.exec(title)?.[1] ?? 0), 0);
  const named = diagnostics.filter(({ code }) => code === 'MRTR6101').map(({ title }) => title);
  const lost = newTypeErrors.filter((error) => {
    const [, module] = LOST_MODULE.exec(error) ?? [];
    return module !== undefined && named.some((title) => title.includes(module));
  });
  return Math.min(counted + lost.length, newTypeErrors.length);
}

const LOST_MODULE = /error TS(?:2307|7016): [^']*'(@modelcontextprotocol\/sdk[^']*)'/;

export function showCounts(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');
}

function addCounts(
  sums: Record<string, number>,
  counts: Readonly<Record<string, number>>,
): Record<string, number> {
  for (const [name, count] of Object.entries(counts)) sums[name] = (sums[name] ?? 0) + count;
  return sums;
}

function countBy(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of [...names].sort()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
