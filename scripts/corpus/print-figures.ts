import type { SiteOutcome } from './judge-sites.ts';
import { isChecked, showCounts, showTests, showTypeErrors, type Row } from './print-table.ts';

const HEADINGS = [
  'repository',
  'revision',
  'installed',
  'handlers',
  'listed asks',
  'diagnostics',
  'type errors',
  'tests',
];
const FIGURES = '\n## Figures\n';

/** The page with the figures of a run in the place of earlier ones. @param date of the run, as it is to be shown */
export function withFigures(page: string, rows: readonly Row[], date: string): string {
  const [head = ''] = page.split(FIGURES);
  return `${head.trimEnd()}\n${FIGURES}\n${introduce(rows, date)}\n\n${tableOf(rows)}\n${conclude(rows)}\n`;
}

function introduce(rows: readonly Row[], date: string): string {
  const installed = rows.filter(isInstalled).length;
  const typed = rows.filter(isChecked).length;
  const tested = rows.filter(isTested).length;
  return [
    `A run of ${date} over ${rows.length} public repositories, ${installed} of them installed;`,
    `${typed} were type-checked before and after the migration, and ${tested} tested, as far as their checks run where the corpus ran.`,
    'Handlers and helpers by what the migration says became of them; asks that a reader listed by what became of their source text.',
    'Type errors: those before, those added, and how many of these the migration itself reported as those of the move to version 2 of the SDK.',
    'Codes of that move (MRTR61xx) are left out.',
    'Tests: those that passed after the migration, and those that failed twice after it and not before it; of the latter, those that fail as well in a copy that is only moved to version 2, and those of files in which the migration reports a mock of an ask (MRTR4013).',
  ].join(' ');
}

function tableOf(rows: readonly Row[]): string {
  const cells = rows.map((row) => [
    row.name,
    row.revision?.slice(0, 8) ?? '',
    isInstalled(row) ? 'yes' : 'no',
    showCounts(row.handlers),
    showCounts(row.listed),
    showCounts(withoutMove(row.diagnostics)),
    isChecked(row) ? showTypeErrors(row) : '',
    isTested(row) ? showTests(row) : '',
  ]);
  const line = (row: readonly string[]): string => `| ${row.join(' | ')} |\n`;
  return [HEADINGS, HEADINGS.map(() => '---'), ...cells].map(line).join('');
}

function conclude(rows: readonly Row[]): string {
  const count = (outcome: SiteOutcome): number => rows.reduce((sum, row) => sum + row.listed[outcome], 0);
  const done = count('migrated') + count('compiled');
  const all = done + count('explained') + count('unexplained') + count('unread');
  const share = ((100 * done) / all).toFixed(0);
  const added = rows.filter(isChecked).reduce((sum, { typeErrors }) => sum + typeErrors.new, 0);
  const ofSdk = rows.filter(isChecked).reduce((sum, { typeErrors }) => sum + typeErrors.ofSdk, 0);
  const tested = (read: (tests: Row['tests']) => number): number =>
    rows.filter(isTested).reduce((sum, { tests }) => sum + read(tests), 0);
  return [
    `Of ${all} listed asks, ${done} (${share} %) are migrated or compiled: ${count('migrated')} and ${count('compiled')};`,
    `${count('explained')} are left with a diagnostic, ${count('unexplained')} without one, and ${count('unread')} could not be told.`,
    `Of ${added} type errors that were added, ${ofSdk} were reported as those of the SDK's move.`,
    `Of ${tested((tests) => tests.passed + tests.new)} tests, ${tested((tests) => tests.new)} failed that did not before:`,
    `${tested((tests) => tests.ofSdk)} as well when only the SDK is moved to version 2, ${tested((tests) => tests.mocks)} in files with mocks that MRTR4013 reports.`,
  ].join(' ');
}

function isInstalled({ install }: Row): boolean {
  return install.startsWith('ok');
}

function isTested({ tests }: Row): boolean {
  return tests.after !== 'none' && tests.before !== 'timeout';
}

function withoutMove(counts: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(counts).filter(([code]) => !code.startsWith('MRTR61')));
}
