import { ts } from '../../../engine/syntax/ts.ts';
import type { Piece } from '../../server-entry/moved-text.ts';

/** New text, nodes of the original, and what is put together from them. */
export type Part =
  | string
  | ts.Node
  /** A statement with its comments. */
  | { readonly statement: ts.Statement }
  /** The comments in front of a node, each on a line of its own. */
  | { readonly commentsOf: ts.Node }
  /** Lines in braces, indented once more than what is around. */
  | { readonly block: readonly Part[] }
  | readonly Part[];

/** Statements on lines of their own. */
export function lines(parts: readonly Part[]): Part {
  return parts.flatMap((part, index) => (index === 0 ? [part] : ['\n', part]));
}

/** The statements of a block, or the one that stands in its place, with their comments. */
export function statementParts(body: ts.Statement): Part[] {
  const statements = ts.isBlock(body) ? body.statements : [body];
  return statements.map((statement): Part => ({ statement }));
}

export interface Style {
  readonly unit: string;
  readonly eol: string;
}

/** Puts a text together from parts of a file, some of them replaced, and moves them to where they stand. */
export class TextBuilder {
  readonly #file: ts.SourceFile;
  readonly #replaced: ReadonlyMap<ts.Node, Part>;
  readonly #style: Style;
  /** What is being replaced: within its replacement it stands for itself. */
  readonly #open = new Set<ts.Node>();

  /** @param replaced what stands in the place of nodes, wherever they are part of what is copied */
  constructor(file: ts.SourceFile, replaced: ReadonlyMap<ts.Node, Part>, style: Style) {
    this.#file = file;
    this.#replaced = replaced;
    this.#style = style;
  }

  /** @param indent the white space in front of the line on which the part begins */
  build(part: Part, indent: string): Piece[] {
    const { eol, unit } = this.#style;
    if (typeof part === 'string') return [{ text: part.replaceAll('\n', eol + indent) }];
    if (isList(part)) return part.flatMap((inner) => this.build(inner, indent));
    if ('block' in part && Array.isArray(part.block)) {
      const inner = part.block.map((line): Part => ['\n', line]);
      return [{ text: '{' }, ...this.build(inner, indent + unit), { text: `${eol}${indent}}` }];
    }
    if ('commentsOf' in part) return this.#leadingComments(part.commentsOf, indent).slice(0, -1);
    if (!('kind' in part)) return 'statement' in part ? this.#withComments(part.statement, indent) : [];
    return this.#buildNode(part, indent);
  }

  #buildNode(node: ts.Node, indent: string): Piece[] {
    const replacement = this.#replaced.get(node);
    if (replacement === undefined || this.#open.has(node))
      return this.#copy(node.getStart(this.#file), node.end, node, indent);
    this.#open.add(node);
    const pieces = this.build(replacement, indent);
    this.#open.delete(node);
    return pieces;
  }

  #withComments(statement: ts.Statement, indent: string): Piece[] {
    const { text } = this.#file;
    const trailing = ts.getTrailingCommentRanges(text, statement.end) ?? [];
    const before = this.#leadingComments(statement, indent);
    const after = trailing.flatMap(({ pos, end }): Piece[] => [{ text: ' ' }, { from: pos, to: end }]);
    return [...before, ...this.#buildNode(statement, indent), ...after];
  }

  #leadingComments(node: ts.Node, indent: string): Piece[] {
    const ranges = ts.getLeadingCommentRanges(this.#file.text, node.getFullStart()) ?? [];
    return ranges.flatMap(({ pos, end }): Piece[] => [
      { from: pos, to: end },
      { text: this.#style.eol + indent },
    ]);
  }

  /** A stretch of the original below `within`, whose first line begins at `indent`. */
  #copy(from: number, to: number, within: ts.Node, indent: string): Piece[] {
    const own = this.#indentAt(from);
    const pieces: Piece[] = [];
    let at = from;
    for (const node of this.#replacedWithin(within)) {
      const start = node.getStart(this.#file);
      const inner = this.#indentAt(start);
      pieces.push(...this.#move(at, start, within, own, indent));
      const moved = inner.startsWith(own) ? indent + inner.slice(own.length) : inner;
      pieces.push(...this.#buildNode(node, moved));
      at = node.end;
    }
    return [...pieces, ...this.#move(at, to, within, own, indent)];
  }

  #replacedWithin(within: ts.Node): ts.Node[] {
    const found: ts.Node[] = [];
    const visit = (node: ts.Node): void => {
      if (this.#replaced.has(node)) found.push(node);
      else ts.forEachChild(node, visit);
    };
    ts.forEachChild(within, visit);
    return found;
  }

  /** Lines that begin with `own` begin with `indent` instead. */
  #move(from: number, to: number, within: ts.Node, own: string, indent: string): Piece[] {
    const { text } = this.#file;
    const pieces: Piece[] = [];
    if (own === indent) return from < to ? [{ from, to }] : [];
    let at = from;
    for (let newline = text.indexOf('\n', from); newline >= 0 && newline < to;) {
      const line = newline + 1;
      const isBlank = /^[ \t]*(\r?\n|$)/.test(text.slice(line, line + 200));
      if (!isBlank && text.startsWith(own, line) && !isInTemplate(within, line, this.#file)) {
        pieces.push({ from: at, to: line }, { text: indent });
        at = line + own.length;
      }
      newline = text.indexOf('\n', line);
    }
    return at < to ? [...pieces, { from: at, to }] : pieces;
  }

  #indentAt(offset: number): string {
    const start = this.#file.text.lastIndexOf('\n', offset - 1) + 1;
    return /^[ \t]*/.exec(this.#file.text.slice(start, offset))?.[0] ?? '';
  }
}

function isList(part: Part): part is readonly Part[] {
  return Array.isArray(part);
}

/** White space inside a template literal is content. */
function isInTemplate(within: ts.Node, offset: number, file: ts.SourceFile): boolean {
  const visit = (node: ts.Node): boolean | undefined => {
    if (node.end <= offset || node.getStart(file) >= offset) return undefined;
    if (ts.isTemplateLiteralToken(node) || ts.isJsxText(node)) return true;
    return ts.forEachChild(node, visit);
  };
  return visit(within) ?? false;
}
