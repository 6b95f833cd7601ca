import type { Diagnostic, Span } from '../../diagnostics/diagnostic.ts';
import { computeLineStarts, positionAt } from '../../diagnostics/position.ts';
import type { Colors } from './pretty-diagnostic.ts';

/** More places are counted, not named. */
const MAX_PLACES = 6;

/**
 * Diagnostics in the order in which they are printed, those that only remark something together with all others that say
 * the same.
 */
export function foldRemarks(
  diagnostics: readonly Diagnostic[],
): readonly (readonly [Diagnostic, ...Diagnostic[]])[] {
  const folded = new Map<Diagnostic | string, [Diagnostic, ...Diagnostic[]]>();
  for (const diagnostic of diagnostics) {
    const { code, title, severity, notes, fix } = diagnostic;
    const isRemark = severity === 'info' && notes.length === 0 && fix === undefined;
    const key = isRemark ? `${code} ${title}` : diagnostic;
    const known = folded.get(key);
    if (known === undefined) folded.set(key, [diagnostic]);
    else known.push(diagnostic);
  }
  return [...folded.values()];
}

/** One heading for remarks that say the same, with their places by file. */
export function printRemarks(
  remarks: readonly [Diagnostic, ...Diagnostic[]],
  sources: ReadonlyMap<string, string>,
  colors: Colors,
): string {
  const [{ code, severity, title, help }] = remarks;
  const places = [
    ...new Set(remarks.flatMap(({ span }) => (span === undefined ? [] : [placeOf(span, sources)]))),
  ];
  const shown = places.slice(0, MAX_PLACES);
  const more = places.length - shown.length;
  return [
    `${colors.bold(colors.cyan(`${severity}[${code}]`))}${colors.bold(`: ${title}`)} (${remarks.length} times)`,
    ...shown.map((place) => `  ${colors.blue('-->')} ${place}`),
    ...(more > 0 ? [`      and ${more} more (--report json has them all)`] : []),
    `  ${colors.blue('=')} help: ${help}`,
    `  ${colors.blue('=')} more: mrtr explain ${code} (docs/diagnostics/${code}.md)`,
  ].join('\n');
}

function placeOf({ file, start }: Span, sources: ReadonlyMap<string, string>): string {
  const text = sources.get(file);
  return text === undefined ? file : `${file}:${positionAt(computeLineStarts(text), start).line}`;
}
