/** A place in a text: 1-based line, 1-based column in UTF-16 units (as editors and `tsc` count). */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/**
 * Offsets at which the lines of `text` start; `\n`, `\r\n` and a lone `\r` end a line, as in TypeScript's scanner.
 */
export function computeLineStarts(text: string): readonly number[] {
  const starts = [0];
  for (const match of text.matchAll(/\r\n|\r|\n/g)) starts.push(match.index + match[0].length);
  return starts;
}

/** Where `offset` is. An offset outside the text is moved to the nearest end. */
export function positionAt(lineStarts: readonly number[], offset: number): Position {
  let low = 0;
  let high = lineStarts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((lineStarts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: Math.max(0, offset - (lineStarts[low] ?? 0)) + 1 };
}

/** The offset of a 1-based line and column, kept inside the text. */
export function offsetAt(lineStarts: readonly number[], { line, column }: Position): number {
  const start = lineStarts[Math.min(Math.max(line, 1), lineStarts.length) - 1] ?? 0;
  return start + Math.max(column, 1) - 1;
}
