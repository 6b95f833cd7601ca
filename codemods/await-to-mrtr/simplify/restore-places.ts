import type { Diagnostic, Span } from '../../../diagnostics/diagnostic.ts';
import type { HandlerRoot } from '../../../engine/find/find-handler-roots.ts';
import { ts } from '../../../engine/syntax/ts.ts';
import { applyEdits, type TextEdit } from '../../edits.ts';
import type { HandlersRewrite } from '../file-output.ts';
import type { SimplifiedFile, SimplifiedRegion } from './simplify-files.ts';

/**
 * What is to be done to a simplified file, as what is to be done to the original: a function that was rewritten is
 * replaced whole, one that was not keeps the words its author found.
 */
export function restorePlaces(
  rewrite: HandlersRewrite,
  { moved, regions }: SimplifiedFile,
  original: ts.SourceFile,
  roots: readonly HandlerRoot[],
): HandlersRewrite {
  const place = (offset: number): number => moved.originalOffset(offset);
  const span = (at: Span): Span => ({
    ...at,
    start: place(at.start),
    end: Math.max(place(at.start), place(at.end)),
  });
  const nodeOf = (node: ts.Node): readonly ts.Node[] => {
    const found = nodeAt(original, place(node.getStart()), node.kind);
    return found === undefined ? [] : [found];
  };
  return {
    ...rewrite,
    edits: restoreEdits(rewrite.edits, moved.text, original.text, regions, place),
    diagnostics: rewrite.diagnostics.map((diagnostic) => restoreSpans(diagnostic, original.fileName, span)),
    sites: rewrite.sites.map(({ endLine, ...site }) => ({
      ...site,
      line: moved.originalLine(site.line),
      ...(endLine === undefined ? {} : { endLine: moved.originalLine(endLine) }),
    })),
    migrated: rewrite.migrated.map((root) => roots.find((known) => isSameRoot(known, root, place)) ?? root),
    helpers: (rewrite.helpers ?? []).flatMap((fn) => nodeOf(fn) as (typeof fn)[]),
    dropped: rewrite.dropped.flatMap(nodeOf),
  };
}

/** Places that a report names in other files, where these were simplified. */
export function restoreElsewhere(
  rewrite: HandlersRewrite,
  file: string,
  simplified: ReadonlyMap<string, SimplifiedFile>,
): HandlersRewrite {
  const place = (span: Span): Span => {
    const moved = span.file === file ? undefined : simplified.get(span.file)?.moved;
    if (moved === undefined) return span;
    return { ...span, start: moved.originalOffset(span.start), end: moved.originalOffset(span.end) };
  };
  const diagnostics = rewrite.diagnostics.map((diagnostic) => ({
    ...diagnostic,
    related: diagnostic.related.map((related) => ({ ...related, span: place(related.span) })),
  }));
  return { ...rewrite, diagnostics };
}

function isSameRoot(known: HandlerRoot, root: HandlerRoot, place: (offset: number) => number): boolean {
  const fn = root.fn.getStart();
  return (
    known.fn.getSourceFile().fileName === root.fn.getSourceFile().fileName &&
    known.fn.getStart() === place(fn)
  );
}

function restoreSpans(diagnostic: Diagnostic, file: string, move: (span: Span) => Span): Diagnostic {
  const here = (span: Span): Span => (span.file === file ? move(span) : span);
  return {
    ...diagnostic,
    span: diagnostic.span && here(diagnostic.span),
    related: diagnostic.related.map((related) => ({ ...related, span: here(related.span) })),
  };
}

function restoreEdits(
  edits: readonly TextEdit[],
  text: string,
  original: string,
  regions: readonly SimplifiedRegion[],
  place: (offset: number) => number,
): TextEdit[] {
  const inside = new Map<SimplifiedRegion, TextEdit[]>();
  const outside: TextEdit[] = [];
  for (const edit of edits) {
    const region = regions.find(
      ({ start, end }) => edit.start >= start && edit.end <= end && edit.end > start,
    );
    if (region === undefined) outside.push({ ...edit, start: place(edit.start), end: place(edit.end) });
    else inside.set(region, [...(inside.get(region) ?? []), edit]);
  }
  const whole = [...inside].map(([{ start, end, from, to }, own]) => {
    const shifted = own.map((edit) => ({ ...edit, start: edit.start - start, end: edit.end - start }));
    return trimmed({ start: from, end: to, newText: applyEdits(text.slice(start, end), shifted) }, original);
  });
  return [...outside, ...whole];
}

/** Without the text at its ends that stays the same. */
function trimmed({ start, end, newText }: TextEdit, original: string): TextEdit {
  const old = original.slice(start, end);
  const limit = Math.min(old.length, newText.length);
  let before = 0;
  while (before < limit && old[before] === newText[before]) before += 1;
  let after = 0;
  while (after < limit - before && old.at(-1 - after) === newText.at(-1 - after)) after += 1;
  return { start: start + before, end: end - after, newText: newText.slice(before, newText.length - after) };
}

function nodeAt(root: ts.Node, start: number, kind: ts.SyntaxKind): ts.Node | undefined {
  if (root.kind === kind && root.getStart() === start) return root;
  return ts.forEachChild(root, (child) =>
    child.pos <= start && child.end >= start ? nodeAt(child, start, kind) : undefined,
  );
}
