import { highlightLines } from './highlight-lines.ts';
import { escapeHtml } from './escape-html.ts';
import type { AlignedRow } from './align-lines.ts';

/** The texts of one changed file, line by line as HTML, and how they belong together. */
export interface DiffedFile {
  readonly path: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly rows: readonly AlignedRow[];
}

/** Lines of TypeScript and JavaScript get colours, others stay as they are. */
export function linesOf(path: string, text: string): readonly string[] {
  return /\.[cm]?[jt]sx?$/.test(path) ? highlightLines(text) : text.split(/\r?\n/).map(escapeHtml);
}

/** Rows side by side, as a table that scrolls by itself. */
export function printDiff({ path, before, after }: DiffedFile, rows: readonly AlignedRow[]): string {
  const body = rows.map((row) => {
    const left = printSide(row.before, before, row.isChanged ? 'removed' : '');
    const right = printSide(row.after, after, row.isChanged ? 'added' : '');
    return `<tr>${left}${right}</tr>`;
  });
  return `<div class="diff" tabindex="0" role="region" aria-label="${escapeHtml(path)}, before and after"><table>
<colgroup><col class="number"><col><col class="number"><col></colgroup>
<thead><tr><th colspan="2" scope="col">before</th><th colspan="2" scope="col">after</th></tr></thead>
<tbody>
${body.join('\n')}
</tbody></table></div>`;
}

function printSide(line: number | undefined, lines: readonly string[], change: string): string {
  if (line === undefined) return '<td class="number none"></td><td class="none"></td>';
  const mark = change === '' ? '' : ` class="${change}"`;
  return `<td class="number${change === '' ? '' : ` ${change}`}">${line}</td><td${mark}><code>${lines[line - 1] || ' '}</code></td>`;
}
