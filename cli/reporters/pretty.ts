import type { MigratedSite } from '../../codemods/project/migration.ts';
import type { Report } from '../report.ts';
import { plural } from './plural.ts';
import { printDiagnostic } from './pretty-diagnostic.ts';
import type { Colors } from './pretty-diagnostic.ts';

/** The report for a terminal: diagnostics, what became of each handler, and one line that sums it up. */
export function printPretty(report: Report, colors: Colors): string {
  const { diagnostics, sources, sites } = report;
  const blocks = [
    ...diagnostics.map((diagnostic) => printDiagnostic(diagnostic, sources, colors)),
    ...[...groupByFile(sites)].map(([file, inFile]) => printFile(file, inFile, colors)),
    printSummary(report, colors),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function groupByFile(sites: readonly MigratedSite[]): ReadonlyMap<string, readonly MigratedSite[]> {
  const byFile = new Map<string, MigratedSite[]>();
  for (const site of sites) byFile.set(site.file, [...(byFile.get(site.file) ?? []), site]);
  return byFile;
}

function printFile(file: string, sites: readonly MigratedSite[], colors: Colors): string {
  const nameWidth = Math.max(...sites.map(({ handler }) => handler.length));
  const lineWidth = Math.max(...sites.map(({ line }) => String(line).length));
  const rows = sites.map(({ handler, line, asks, outcome }) => {
    const mark = outcome === 'diagnosed' ? colors.red('✗') : colors.green('✓');
    const shape = outcome === 'diagnosed' ? 'left as it was' : `→ ${outcome}`;
    const place = colors.dim(`line ${String(line).padEnd(lineWidth)}`);
    return `  ${mark} ${handler.padEnd(nameWidth)}  ${place}  ${plural(asks, 'ask').padEnd(7)}  ${shape}`;
  });
  return [colors.bold(file), ...rows].join('\n');
}

function printSummary({ sites, changedFiles, diagnostics, written }: Report, colors: Colors): string {
  const left = sites.filter(({ outcome }) => outcome === 'diagnosed').length;
  const handlers =
    sites.length === 0
      ? 'No handler asks its client in the await style'
      : `${sites.length - left} of ${plural(sites.length, 'handler')} migrated`;
  const files = `${plural(changedFiles.length, 'file')} ${written ? 'written' : changedFiles.length > 0 ? 'would change' : 'to change'}`;
  const counts = (['error', 'warning'] as const)
    .map((severity) => [severity, diagnostics.filter((one) => one.severity === severity).length] as const)
    .filter(([, count]) => count > 0)
    .map(([severity, count]) => plural(count, severity));
  return colors.bold([handlers, files, ...counts].join(' · '));
}
