/** A variable of a resumable function in its machine form: a binding of the source, or a temporary. */
export interface Variable {
  /** Unique within the unit. */
  readonly name: string;
  /** Shared with a nested function and assigned after the sharing began: lives in a box `{ v }`. */
  readonly isBoxed: boolean;
  /** Recomputed on resume instead of carried (the method of a carried receiver). */
  readonly reload?: Code;
}

/** A word of the output with what the analyses and the source map need to know about it. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string; readonly at: number }
  | { readonly kind: 'use' | 'define'; readonly variable: Variable; readonly at?: number };

/**
 * Output text, of which there is more to know than what it says only where it holds pieces. Nested, so that joining two
 * texts costs nothing however long they are; read it with {@link visitPieces}.
 */
export type Code = readonly (string | Piece | Code)[];

export function visitPieces(code: Code, visit: (piece: string | Piece) => void): void {
  for (const part of code) {
    if (typeof part === 'string' || 'kind' in part) visit(part);
    else visitPieces(part, visit);
  }
}

/** The text alone, with the variables by their names. */
export function printPieces(code: Code): string {
  let text = '';
  visitPieces(code, (piece) => {
    text += textOf(piece);
  });
  return text;
}

export function textOf(piece: string | Piece): string {
  if (typeof piece === 'string') return piece;
  return piece.kind === 'text' ? piece.text : piece.variable.name;
}

/** Builds code from text and code. */
export function code(strings: TemplateStringsArray, ...values: readonly (Code | string | number)[]): Code {
  const parts: (string | Piece | Code)[] = [];
  strings.forEach((text, index) => {
    if (text !== '') parts.push(text);
    const value = values[index];
    if (value !== undefined) parts.push(typeof value === 'number' ? String(value) : value);
  });
  return parts;
}

/** Text that stands at `at` in the source. */
export function sourceText(text: string, at: number): Piece {
  return { kind: 'text', text, at };
}

export function use(variable: Variable, at?: number): Code {
  return [{ kind: 'use', variable, ...(at === undefined ? {} : { at }) }];
}

/** The place where the whole variable (its box included) is overwritten. */
export function define(variable: Variable): Code {
  return [{ kind: 'define', variable }];
}

export function joinCode(parts: readonly Code[], separator: string): Code {
  return parts.flatMap((part, index) => (index === 0 ? [part] : [separator, part]));
}
