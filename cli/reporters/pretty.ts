import type { MigratedSite } from '../../codemods/project/migration.ts';
import type { Report } from '../report.ts';
import { foldRemarks, printRemarks } from './fold-remarks.ts';
import { plural } from './plural.ts';
import { printDiagnostic } from './pretty-diagnostic.ts';
import type { Colors } from './pretty-diagnostic.ts';
import { summarize } from './summarize.ts';

/** The report for a terminal: diagnostics, what became of each handler, and one line that sums it up. */
export function printPretty(report: Report, colors: Colors): string {
  const { diagnostics, sources, sites } = report;
  const blocks = [
    ...foldRemarks(diagnostics).map(([first, ...others]) =>
      others.length === 0
        ? printDiagnostic(first, sources, colors)
        : printRemarks([first, ...others], sources, colors),
    ),
    ...[...groupByFile(sites)].map(([file, inFile]) => printFile(file, inFile, colors)),
    colors.bold(summarize(report).join(' · ')),
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
    const isLeft = outcome === 'diagnosed' || outcome === 'ignored';
    const mark = isLeft ? (outcome === 'ignored' ? '-' : colors.red('✗')) : colors.green('✓');
    const shape = isLeft ? 'left as it was' : `→ ${outcome}`;
    const place = colors.dim(`line ${String(line).padEnd(lineWidth)}`);
    return `  ${mark} ${handler.padEnd(nameWidth)}  ${place}  ${plural(asks, 'ask').padEnd(7)}  ${shape}`;
  });
  return [colors.bold(file), ...rows].join('\n');
}
