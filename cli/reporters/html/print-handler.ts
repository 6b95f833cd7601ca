import type { MigratedSite } from '../../../codemods/project/migration.ts';
import type { Diagnostic } from '../../../diagnostics/diagnostic.ts';
import { plural } from '../plural.ts';
import { rowsOfLines } from './align-lines.ts';
import { describeOutcome } from './describe-outcome.ts';
import { escapeHtml } from './escape-html.ts';
import { printDiff, type DiffedFile } from './print-diff.ts';
import { printFindings } from './print-findings.ts';
import { printFlow } from './print-flow.ts';

/** Everything about one handler: its picture, what it carries, its text before and after, what is left to do. */
export function printHandler(
  site: MigratedSite,
  id: string,
  file: DiffedFile | undefined,
  findings: readonly Diagnostic[],
  sources: ReadonlyMap<string, string>,
): string {
  const { handler, outcome, line, asks, flow, endLine = line } = site;
  const isLeft = outcome === 'diagnosed';
  const { className, label } = describeOutcome(outcome);
  const rows = file === undefined ? [] : rowsOfLines(file.rows, line, endLine);
  const changed = rows.some(({ isChanged }) => isChanged);
  return `<section class="handler" id="${id}" aria-labelledby="${id}-title" tabindex="-1">
<header><h2 id="${id}-title">${escapeHtml(handler)}</h2>
<span class="badge ${className}">${label}</span>
<span class="place">${escapeHtml(site.file)}:${line}</span> <span class="quiet">${plural(asks, 'ask')}</span></header>
${flow === undefined ? '' : printFlow(flow, handler)}
${findings.length === 0 ? '' : `<h3>${isLeft ? 'What is left to do' : 'Remarks'}</h3>${printFindings(findings, sources)}`}
${file === undefined || !changed ? '' : `<details open><summary>Before and after</summary>${printDiff(file, rows)}</details>`}
</section>`;
}
