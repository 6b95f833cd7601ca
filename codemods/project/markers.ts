import { diffArrays } from 'diff';

import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { computeLineStarts, positionAt } from '../../diagnostics/position.ts';
import { ts } from '../../engine/syntax/ts.ts';

/** A comment that `mrtr migrate --markers` wrote above what a person has to look at, on a line of its own. */
export interface Marker {
  readonly code: string;
  readonly start: number;
  readonly text: string;
}

const MARKER = /^[ \t]*(\/\* @mrtr-todo (MRTR\d{4}) .*? \*\/)[ \t]*\r?\n?$/;

/** The markers of a text, in order. */
export function findMarkers(text: string): Marker[] {
  let end = 0;
  return linesOf(text).flatMap((content) => {
    const start = end;
    end += content.length;
    const [, comment = '', code = ''] = MARKER.exec(content) ?? [];
    return comment === '' ? [] : [{ code, start: start + content.indexOf(comment), text: comment }];
  });
}

/**
 * Puts a marker above every statement that a diagnostic is about, in place of those that are there: one that is solved
 * goes, one that is still needed stays where it is.
 * @param before the text that the diagnostics point into
 * @param after the text to mark; a place that it no longer has gets no marker
 * @returns `after` with the markers; the same text when it has all of them
 */
export function writeMarkers(
  path: string,
  before: string,
  after: string,
  diagnostics: readonly Diagnostic[],
): string {
  const eol = after.includes('\r\n') ? '\r\n' : '\n';
  const lines = withoutMarkers(after).map(({ content }) => content);
  const unmarked = lines.join('');
  const places = mapPlaces(before, lines);
  const file = ts.createSourceFile(path, unmarked, ts.ScriptTarget.Latest, true);
  const starts = computeLineStarts(unmarked);
  const wanted = new Map<number, Set<string>>();
  for (const diagnostic of diagnostics) {
    const place = diagnostic.span && places(diagnostic.span.start);
    const offset = place && (starts[place.line] ?? 0) + place.column;
    const line = offset === undefined ? undefined : lineOfStatement(file, offset, lines);
    if (line === undefined) continue;
    wanted.set(line, (wanted.get(line) ?? new Set()).add(printMarker(diagnostic)));
  }
  const marked = lines.flatMap((content, line) => {
    const indent = /^[ \t]*/.exec(content)?.[0] ?? '';
    return [...[...(wanted.get(line) ?? [])].map((marker) => indent + marker + eol), content];
  });
  return marked.join('');
}

function printMarker({ code, title }: Diagnostic): string {
  const words = title.replaceAll(/\s+/g, ' ').replaceAll('*/', '* /');
  return `/* @mrtr-todo ${code} ${words} */`;
}

/** With their ends. */
function linesOf(text: string): string[] {
  return text.split(/(?<=\n)/);
}

interface NumberedLine {
  readonly content: string;
  readonly line: number;
}

function withoutMarkers(text: string): NumberedLine[] {
  return linesOf(text)
    .map((content, line) => ({ content, line }))
    .filter(({ content }) => !MARKER.test(content));
}

interface LinePlace {
  readonly line: number;
  readonly column: number;
}

/** Where a place of `before` is among `lines`, which may be indented otherwise; undefined where its line was rewritten. */
function mapPlaces(before: string, lines: readonly string[]): (offset: number) => LinePlace | undefined {
  const starts = computeLineStarts(before);
  const kept = withoutMarkers(before);
  const lineOf = new Map<number, number>();
  let from = 0;
  let to = 0;
  const same = (a: string, b: string): boolean => a.trim() === b.trim();
  for (const { value, added, removed } of diffArrays(
    kept.map(({ content }) => content),
    [...lines],
    { comparator: same },
  )) {
    for (const _ of value) {
      const numbered = kept[from];
      if (!added && !removed && numbered !== undefined) lineOf.set(numbered.line, to);
      if (!added) from += 1;
      if (!removed) to += 1;
    }
  }
  return (offset) => {
    const { line, column } = positionAt(starts, offset);
    const mapped = lineOf.get(line - 1);
    if (mapped === undefined) return undefined;
    const indentBefore = indentOf(before.slice(starts[line - 1]));
    return { line: mapped, column: column - 1 - indentBefore + indentOf(lines[mapped] ?? '') };
  };
}

function indentOf(line: string): number {
  return /^[ \t]*/.exec(line)?.[0].length ?? 0;
}

/** The line above which a comment stands for the statement or member around an offset, below nothing that rules the next line. */
function lineOfStatement(file: ts.SourceFile, offset: number, lines: readonly string[]): number | undefined {
  let found: number | undefined;
  const visit = (node: ts.Node): void => {
    if (offset < node.getStart(file) || offset > node.end) return;
    if (ts.isStatement(node) || ts.isClassElement(node)) {
      const { line, character } = file.getLineAndCharacterOfPosition(node.getStart(file));
      if ((lines[line] ?? '').slice(0, character).trim() === '' && !ts.isBlock(node)) found = line;
    }
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(file, visit);
  while (found !== undefined && found > 0 && RULES_NEXT_LINE.test(lines[found - 1] ?? '')) found -= 1;
  return found;
}

/** Such as `// eslint-disable-next-line` and `// @ts-expect-error`, or an explanation that stands between. */
const RULES_NEXT_LINE = /^[ \t]*(?:\/\/|\/\*.*\*\/[ \t]*$)/;
