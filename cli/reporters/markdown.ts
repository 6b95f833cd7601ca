import type { MigratedSite } from '../../codemods/project/migration.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { computeLineStarts, positionAt } from '../../diagnostics/position.ts';
import type { Report } from '../report.ts';
import { printUnifiedDiff } from './unified-diff.ts';
import { summarize } from './summarize.ts';

/** The report as GitHub-flavoured Markdown: for a pull request or a job summary. */
export function printMarkdown(report: Report): string {
  const { command, sites, diagnostics, changedFiles } = report;
  const parts = [
    `# mrtr ${command}`,
    `${summarize(report).join(' · ')}.`,
    ...(sites.length === 0 ? [] : ['## Handlers', printSites(sites)]),
    ...(diagnostics.length === 0
      ? []
      : ['## Findings', ...diagnostics.map((one) => printFinding(one, report))]),
    ...(changedFiles.length === 0 ? [] : ['## Changes', fenced(printUnifiedDiff(changedFiles), 'diff')]),
  ];
  return `${parts.join('\n\n')}\n`;
}

function printSites(sites: readonly MigratedSite[]): string {
  const rows = sites.map(({ file, line, handler, asks, outcome }) => {
    const result = outcome === 'diagnosed' || outcome === 'ignored' ? 'left as it was' : outcome;
    return `| ${cell(handler)} | ${cell(`${file}:${line}`)} | ${asks} | ${result} |`;
  });
  return ['| handler | place | asks | result |', '| --- | --- | ---: | --- |', ...rows].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('`', "'");
}

function printFinding(
  { code, severity, title, help, notes, span, fix }: Diagnostic,
  { sources }: Report,
): string {
  const text = span && sources.get(span.file);
  const place =
    span === undefined
      ? ''
      : ` (${span.file}${text === undefined ? '' : `:${positionAt(computeLineStarts(text), span.start).line}`})`;
  const remarks = [...notes, help, ...(fix === undefined ? [] : [`Fix: ${fix.title}.`])];
  return [`- **${code}** ${severity}${place}: ${title}`, ...remarks.map((remark) => `  - ${remark}`)].join(
    '\n',
  );
}

/** A fence longer than any in the text. */
function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`{3,}/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text.trimEnd()}\n${fence}`;
}
