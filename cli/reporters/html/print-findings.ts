import type { Diagnostic } from '../../../diagnostics/diagnostic.ts';
import { computeLineStarts, positionAt } from '../../../diagnostics/position.ts';
import { escapeHtml } from './escape-html.ts';

/** Diagnostics as a list: what it is, where, the line it is about, what to do. */
export function printFindings(
  diagnostics: readonly Diagnostic[],
  sources: ReadonlyMap<string, string>,
): string {
  return `<ul class="findings">${diagnostics.map((one) => printFinding(one, sources)).join('\n')}</ul>`;
}

function printFinding(
  { code, severity, title, help, notes, span, fix }: Diagnostic,
  sources: ReadonlyMap<string, string>,
): string {
  const text = span && sources.get(span.file);
  const at = span && text !== undefined ? positionAt(computeLineStarts(text), span.start) : undefined;
  const place =
    span === undefined
      ? ''
      : `<span class="place">${escapeHtml(span.file)}${at === undefined ? '' : `:${at.line}:${at.column}`}</span>`;
  const line = at === undefined ? undefined : text?.split('\n')[at.line - 1]?.trim();
  const remarks = [...notes, help, ...(fix === undefined ? [] : [`Fix: ${fix.title} (mrtr check --fix)`])];
  return `<li class="${severity}"><p><strong>${code}</strong> <span class="badge ${severity}">${severity}</span> ${inline(title)} ${place}</p>
${line === undefined || line === '' ? '' : `<pre><code>${escapeHtml(line)}</code></pre>`}
${remarks.map((remark) => `<p class="remark">${inline(remark)}</p>`).join('\n')}</li>`;
}

/** Text of the catalogue: names stand in backticks. */
function inline(text: string): string {
  return escapeHtml(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>');
}
