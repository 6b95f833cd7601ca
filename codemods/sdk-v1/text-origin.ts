import { diffArrays } from 'diff';

/**
 * Where the lines of a changed text come from, for texts that were changed by others: a place in a line that is still
 * there keeps its column, a changed line stands for the lines it replaced.
 */
export class TextOrigin {
  readonly #before: readonly string[];
  readonly #after: readonly string[];
  /** For each line of the new text, the old one and whether it is the same. */
  readonly #origins: readonly { readonly line: number; readonly isSame: boolean }[];

  constructor(before: string, after: string) {
    this.#before = before.split('\n');
    this.#after = after.split('\n');
    this.#origins = originsOf(this.#before, this.#after);
  }

  /** @param line 1-based, as is the result */
  originalLine(line: number): number {
    return (this.#origins[line - 1]?.line ?? this.#before.length - 1) + 1;
  }

  originalRange(start: number, end: number): { readonly start: number; readonly end: number } {
    const first = this.#originalOffset(start, false);
    return { start: first, end: Math.max(first, this.#originalOffset(end, true)) };
  }

  #originalOffset(offset: number, isEnd: boolean): number {
    let rest = offset;
    let index = 0;
    for (; index < this.#after.length - 1 && rest > (this.#after[index]?.length ?? 0); index += 1)
      rest -= (this.#after[index]?.length ?? 0) + 1;
    const origin = this.#origins[index] ?? { line: 0, isSame: false };
    const line = this.#before[origin.line] ?? '';
    const start = this.#before.slice(0, origin.line).reduce((sum, { length }) => sum + length + 1, 0);
    if (origin.isSame) return start + rest;
    return start + (isEnd ? line.trimEnd().length : line.length - line.trimStart().length);
  }
}

function originsOf(
  before: readonly string[],
  after: readonly string[],
): readonly { readonly line: number; readonly isSame: boolean }[] {
  const origins: { line: number; isSame: boolean }[] = [];
  let line = 0;
  let removed = 0;
  for (const change of diffArrays([...before], [...after])) {
    const { length } = change.value;
    if (change.removed) removed = length;
    else if (change.added) {
      const from = line - removed;
      const last = Math.max(from, line - 1);
      for (let n = 0; n < length; n += 1) origins.push({ line: Math.min(from + n, last), isSame: false });
    } else {
      for (let n = 0; n < length; n += 1) origins.push({ line: line + n, isSame: true });
    }
    if (!change.added) line += length;
    if (!change.removed) removed = 0;
  }
  return origins.map((origin) => ({ ...origin, line: Math.min(origin.line, before.length - 1) }));
}
