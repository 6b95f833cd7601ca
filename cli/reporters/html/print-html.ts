import type { Diagnostic } from '../../../diagnostics/diagnostic.ts';
import type { MigratedSite } from '../../../codemods/project/migration.ts';
import type { ChangedFile, Report } from '../../report.ts';
import { concerns } from '../concerns.ts';
import { summarize } from '../summarize.ts';
import { alignLines, type AlignedRow } from './align-lines.ts';
import { describeOutcome } from './describe-outcome.ts';
import { escapeHtml } from './escape-html.ts';
import { PAGE_SCRIPT } from './page-script.ts';
import { PAGE_STYLE } from './page-style.ts';
import { linesOf, printDiff, type DiffedFile } from './print-diff.ts';
import { printFindings } from './print-findings.ts';
import { printHandler } from './print-handler.ts';

/**
 * The report as one page to look at: for every handler its state diagram, what it carries, its rounds, its text before and
 * after, and what is left. Self-contained (no request leaves it), readable without scripts, the same bytes every time.
 */
export function printHtml(report: Report): string {
  const { command, sites, diagnostics, changedFiles, sources } = report;
  const files = new Map(changedFiles.map((file) => [file.path, diffFile(file)]));
  const numbered = sites.map((site, index) => ({ site, id: `handler-${index + 1}` }));
  const findingsOf = new Map(
    sites.map((site) => [site, diagnostics.filter((one) => concerns(site, one, sources))]),
  );
  const claimed = new Set([...findingsOf.values()].flat());
  const others = diagnostics.filter((one) => !claimed.has(one));
  const sections = numbered.map(({ site, id }) =>
    printHandler(site, id, files.get(site.file), findingsOf.get(site) ?? [], sources),
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>mrtr ${escapeHtml(command)}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<a class="skip" href="#content">To the report</a>
<header class="top"><h1>mrtr <span>${escapeHtml(command)}</span></h1>
<p>${summarize(report)
    .map((part) => `<span class="chip">${escapeHtml(part)}</span>`)
    .join(' ')}</p>
<button type="button" id="theme" hidden>Dark or light</button></header>
<div class="columns">
<nav aria-label="Handlers"><ol>${numbered.map(printLink).join('\n')}</ol>${printMoreLinks(others, files)}</nav>
<main id="content">
${sections.join('\n')}
${printOthers(others, sources)}
${printFiles(files, sites)}
</main>
</div>
<script>${PAGE_SCRIPT}</script>
</body>
</html>
`;
}

function diffFile({ path, before = '', after }: ChangedFile): DiffedFile {
  return {
    path,
    before: linesOf(path, before),
    after: linesOf(path, after),
    rows: alignLines(before, after),
  };
}

function printLink({ site, id }: { readonly site: MigratedSite; readonly id: string }): string {
  const { mark, className, label } = describeOutcome(site.outcome);
  return `<li><a href="#${id}"><span class="mark ${className}" aria-hidden="true">${mark}</span> ${escapeHtml(site.handler)}<small>${label}</small></a></li>`;
}

function printMoreLinks(others: readonly Diagnostic[], files: ReadonlyMap<string, DiffedFile>): string {
  const links = [
    ...(others.length === 0
      ? []
      : [`<li><a href="#findings">Findings<small>${others.length}</small></a></li>`]),
    ...(files.size === 0 ? [] : [`<li><a href="#files">Files<small>${files.size}</small></a></li>`]),
  ];
  return links.length === 0 ? '' : `<ul>${links.join('')}</ul>`;
}

function printOthers(others: readonly Diagnostic[], sources: ReadonlyMap<string, string>): string {
  if (others.length === 0) return '';
  return `<section id="findings" tabindex="-1"><header><h2>Findings</h2></header>${printFindings(others, sources)}</section>`;
}

/** Every changed file, with three lines around each change. */
function printFiles(files: ReadonlyMap<string, DiffedFile>, sites: readonly MigratedSite[]): string {
  if (files.size === 0) return '';
  const shown = new Set(sites.map(({ file }) => file));
  const parts = [...files.values()].map((file) => {
    const hunks = hunksOf(file.rows).map((rows) => printDiff(file, rows));
    return `<details${shown.has(file.path) ? '' : ' open'}><summary>${escapeHtml(file.path)}</summary>${hunks.join('\n')}</details>`;
  });
  return `<section id="files" tabindex="-1"><header><h2>Files</h2></header>${parts.join('\n')}</section>`;
}

const CONTEXT = 3;

function hunksOf(rows: readonly AlignedRow[]): readonly (readonly AlignedRow[])[] {
  const hunks: AlignedRow[][] = [];
  let current: AlignedRow[] | undefined;
  rows.forEach((row, index) => {
    const isNear = rows
      .slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1)
      .some(({ isChanged }) => isChanged);
    if (!isNear) current = undefined;
    else if (current === undefined) hunks.push((current = [row]));
    else current.push(row);
  });
  return hunks;
}
