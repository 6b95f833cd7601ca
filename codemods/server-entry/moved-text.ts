import { ts } from '../../engine/syntax/ts.ts';

/** A stretch of a rewritten text: copied from the original, or new. */
export type Piece = { readonly from: number; readonly to: number } | { readonly text: string };

/** A text put together from pieces of another one, that knows for each of its offsets the place in the original. */
export class MovedText {
  readonly original: string;
  readonly text: string;
  readonly #pieces: readonly { readonly start: number; readonly from: number }[];

  constructor(original: string, pieces: readonly Piece[]) {
    const starts: { start: number; from: number }[] = [];
    let text = '';
    let last = 0;
    for (const piece of pieces) {
      if ('text' in piece) {
        starts.push({ start: text.length, from: -1 - last });
        text += piece.text;
        continue;
      }
      starts.push({ start: text.length, from: piece.from });
      text += original.slice(piece.from, piece.to);
      last = piece.to;
    }
    this.original = original;
    this.text = text;
    this.#pieces = starts;
  }

  /** The offset in the original of what stands at an offset here; for new text, where the text before it came from. */
  originalOffset(offset: number): number {
    const piece = this.#pieces.findLast(({ start }) => start <= offset);
    if (piece === undefined) return offset;
    return piece.from < 0 ? -1 - piece.from : piece.from + offset - piece.start;
  }

  /** The line (from 1) in the original of what a line here begins with. */
  originalLine(line: number): number {
    const start = this.text.split('\n', line - 1).reduce((offset, before) => offset + before.length + 1, 0);
    const indent = /^\s*/.exec(this.text.slice(start))?.[0].length ?? 0;
    return this.original.slice(0, this.originalOffset(start + indent)).split('\n').length;
  }
}

/** How the indentation of lines changes. */
export interface Reindent {
  readonly remove: string;
  readonly add: string;
}

/** The lines of a stretch of source with another indentation; blank lines and template literals keep theirs. */
export function indentedPieces(
  file: ts.SourceFile,
  node: ts.Node,
  from: number,
  { remove, add }: Reindent,
  to = endOfLine(file.text, node.end),
): Piece[] {
  const fixed: ts.Node[] = [];
  const visit = (child: ts.Node): void => {
    if (ts.isTemplateLiteralToken(child) || ts.isJsxText(child)) fixed.push(child);
    ts.forEachChild(child, visit);
  };
  visit(node);
  const isFixed = (offset: number): boolean =>
    fixed.some((child) => offset > child.getStart(file) && offset < child.end);
  const pieces: Piece[] = [];
  for (let start = from; start < to;) {
    const newline = file.text.indexOf('\n', start);
    const end = newline < 0 || newline >= to ? to : newline + 1;
    const isMoved = file.text.slice(start, end).trim() !== '' && !isFixed(start);
    if (isMoved) pieces.push({ text: add });
    const kept = isMoved && file.text.startsWith(remove, start) ? start + remove.length : start;
    pieces.push({ from: kept, to: end });
    start = end;
  }
  return pieces;
}

/** The end of the line on which something ends, when only a comment or white space follows there. */
export function endOfLine(text: string, end: number): number {
  const rest = /^(?:[ \t]*(?:\/\/[^\r\n]*|\/\*[^\r\n]*?\*\/))?[ \t]*(?:\r?\n|$)/.exec(text.slice(end));
  return rest === null ? end : end + rest[0].length;
}
