import { applyEdits, type TextEdit } from '../edits.ts';
import { ts } from '../../engine/syntax/ts.ts';

/** Expressions of the original that are printed as something else. */
export type Substitutions = ReadonlyMap<ts.Node, string>;

/** Cuts pieces out of a source file and moves them to another indentation, template literals untouched. */
export class SourceText {
  readonly unit: string;
  readonly eol: string;
  readonly quote: string;
  readonly semicolon: string;
  /** A TypeScript file, in which types can be written. */
  readonly isTyped: boolean;
  readonly #file: ts.SourceFile;
  readonly #rewritten: TextEdit[] = [];

  constructor(file: ts.SourceFile) {
    this.#file = file;
    this.eol = file.text.includes('\r\n') ? '\r\n' : '\n';
    this.unit = detectIndentUnit(file.text);
    this.quote = detectQuote(file.text);
    this.semicolon = detectSemicolon(file);
    this.isTyped = !/\.[cm]?jsx?$/.test(file.fileName);
  }

  /** From now on these places of the original are printed with the edits made. */
  rewrite(edits: readonly TextEdit[]): void {
    this.#rewritten.push(...edits);
  }

  /** The white space at the start of the line on which the node begins. */
  indentOf(node: ts.Node): string {
    return this.#indentAt(node.getStart(this.#file));
  }

  /** The node's text without leading comments, moved so that its line starts at `indent`. */
  slice(node: ts.Node, indent: string, substitutions?: Substitutions): string {
    const start = node.getStart(this.#file);
    return this.#move(start, node.end, [node], this.#indentAt(start), indent, substitutions);
  }

  /** A statement with its leading comments and the comments after it on the same line. */
  piece(statement: ts.Statement, indent: string, substitutions?: Substitutions): string {
    const start = this.#startWithComments(statement);
    const end = this.#endWithComments(statement);
    return this.#move(start, end, [statement], this.#indentAt(start), indent, substitutions);
  }

  /** The comments in front of a statement, one per line. */
  leadingComments(statement: ts.Statement, indent: string): string[] {
    const start = this.#startWithComments(statement);
    const end = statement.getStart(this.#file);
    if (start === end) return [];
    return [this.#move(start, end, [], this.#indentAt(start), indent).trimEnd()];
  }

  /** The comments after a statement on the line where it ends. */
  trailingComments(statement: ts.Node): string[] {
    const ranges = ts.getTrailingCommentRanges(this.#file.text, statement.end) ?? [];
    return ranges.map(({ pos, end }) => this.#file.text.slice(pos, end));
  }

  /** The comments that follow a node, those on its own line and those below, each on a line of its own. */
  trailingLines(node: ts.Node, indent: string): string[] {
    const own = ts.getTrailingCommentRanges(this.#file.text, node.end) ?? [];
    const below = ts.getLeadingCommentRanges(this.#file.text, own.at(-1)?.end ?? node.end) ?? [];
    return [...own, ...below].map(
      ({ pos, end }) => indent + this.#move(pos, end, [], this.#indentAt(pos), indent),
    );
  }

  /** The comments between the last statement of a block and its closing brace. */
  closingComments(block: ts.Block, indent: string): string[] {
    const last = block.statements.at(-1);
    const from = last === undefined ? block.getStart(this.#file) + 1 : this.#endWithComments(last);
    const ranges = ts.getLeadingCommentRanges(this.#file.text, from) ?? [];
    return ranges.map(({ pos, end }) => this.#move(pos, end, [], this.#indentAt(pos), indent));
  }

  /** A blank line stands before the statement. */
  isSpaced(statement: ts.Statement): boolean {
    const before = this.#file.text.slice(statement.getFullStart(), this.#startWithComments(statement));
    return (before.match(/\n/g)?.length ?? 0) > 1;
  }

  /** Where the statement's own text begins: at its first leading comment, if it has one. */
  #startWithComments(statement: ts.Statement): number {
    const comments = ts.getLeadingCommentRanges(this.#file.text, statement.getFullStart()) ?? [];
    return comments[0]?.pos ?? statement.getStart(this.#file);
  }

  #endWithComments(node: ts.Node): number {
    return ts.getTrailingCommentRanges(this.#file.text, node.end)?.at(-1)?.end ?? node.end;
  }

  #indentAt(offset: number): string {
    const lineStart = this.#file.text.lastIndexOf('\n', offset - 1) + 1;
    return /^[ \t]*/.exec(this.#file.text.slice(lineStart, offset))?.[0] ?? '';
  }

  #move(
    start: number,
    end: number,
    roots: readonly ts.Node[],
    from: string,
    to: string,
    substitutions?: Substitutions,
  ): string {
    const text = this.#file.text.slice(start, end);
    const edits: TextEdit[] = [];
    for (const [node, newText] of substitutions ?? []) {
      const nodeStart = node.getStart(this.#file);
      if (nodeStart >= start && node.end <= end)
        edits.push({ start: nodeStart - start, end: node.end - start, newText });
    }
    const replaced = [...edits];
    for (const edit of this.#rewritten)
      if (edit.start >= start && edit.end <= end)
        edits.push({ ...edit, start: edit.start - start, end: edit.end - start });
    const isFixed = this.#fixedRanges(roots);
    for (const match of text.matchAll(/\n([ \t]*)/g)) {
      const lineStart = match.index + 1;
      const absolute = start + lineStart;
      const inside = replaced.some((edit) => lineStart > edit.start && lineStart < edit.end);
      if (inside || isFixed(absolute) || !match[1]?.startsWith(from)) continue;
      if (/[\r\n]/.test(text[lineStart + match[1].length] ?? '')) continue;
      edits.push({ start: lineStart, end: lineStart + from.length, newText: to });
    }
    return applyEdits(text, edits);
  }

  /** Offsets inside template literals and JSX text, where white space is content. */
  #fixedRanges(roots: readonly ts.Node[]): (offset: number) => boolean {
    const ranges: { start: number; end: number }[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isTemplateLiteralToken(node) || ts.isJsxText(node))
        ranges.push({ start: node.getStart(this.#file), end: node.end });
      ts.forEachChild(node, visit);
    };
    roots.forEach(visit);
    return (offset) => ranges.some(({ start, end }) => offset > start && offset < end);
  }
}

function detectIndentUnit(text: string): string {
  if (/^\t/m.test(text)) return '\t';
  const widths = [...text.matchAll(/^( +)\S/gm)]
    .map((match) => match[1]?.length ?? 0)
    .filter((width) => width > 1);
  return ' '.repeat(widths.length > 0 && widths.every((width) => width % 4 === 0) ? 4 : 2);
}

function detectQuote(text: string): string {
  return (text.match(/"/g)?.length ?? 0) > (text.match(/'/g)?.length ?? 0) ? '"' : "'";
}

function detectSemicolon(file: ts.SourceFile): string {
  const statement = file.statements.find(
    (s) => ts.isImportDeclaration(s) || ts.isExpressionStatement(s) || ts.isVariableStatement(s),
  );
  return statement === undefined || file.text[statement.end - 1] === ';' ? ';' : '';
}
