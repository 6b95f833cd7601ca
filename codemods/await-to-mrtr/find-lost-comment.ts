import { ts } from '../../engine/syntax/ts.ts';
import type { TextEdit } from '../edits.ts';

/**
 * Finds a comment inside the edited ranges that the new text does not contain. A rewrite never drops a comment; where
 * it has no place for one, the handler is left alone.
 */
export function findLostComment(
  file: ts.SourceFile,
  body: ts.Block,
  edits: readonly TextEdit[],
): { readonly start: number; readonly end: number } | undefined {
  const newText = edits.map((edit) => edit.newText).join('\n');
  return commentsIn(file, body).find(({ start, end }) => {
    const replaced = edits.some((edit) => start >= edit.start && end <= edit.end && edit.start < edit.end);
    return replaced && !normalise(newText).includes(normalise(file.text.slice(start, end)));
  });
}

/** Comments change indentation when they move; only their words are compared. */
function normalise(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}

function commentsIn(file: ts.SourceFile, body: ts.Block): { start: number; end: number }[] {
  const found = new Map<number, { start: number; end: number }>();
  const add = (ranges: readonly ts.CommentRange[] | undefined): void => {
    for (const { pos, end } of ranges ?? []) found.set(pos, { start: pos, end });
  };
  const visit = (node: ts.Node): void => {
    if (node.getChildCount(file) === 0 && !ts.isJsxText(node)) {
      add(ts.getLeadingCommentRanges(file.text, node.pos));
      add(ts.getTrailingCommentRanges(file.text, node.pos));
      add(ts.getTrailingCommentRanges(file.text, node.end));
      return;
    }
    node.getChildren(file).forEach(visit);
  };
  visit(body);
  return [...found.values()].filter(({ start, end }) => start >= body.pos && end <= body.end);
}
