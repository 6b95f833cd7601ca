import { diffArrays } from 'diff';

/** One row of a side-by-side view; a side is undefined where the other one has a line more. */
export interface AlignedRow {
  /** 1-based line numbers. */
  readonly before: number | undefined;
  readonly after: number | undefined;
  readonly isChanged: boolean;
}

/** Aligns two texts line by line: removed and added lines of one place stand beside each other. */
export function alignLines(before: string, after: string): readonly AlignedRow[] {
  const rows: AlignedRow[] = [];
  let [oldLine, newLine] = [1, 1];
  let removed = 0;
  const flush = (added: number): void => {
    for (let index = 0; index < Math.max(removed, added); index += 1) {
      rows.push({
        before: index < removed ? oldLine++ : undefined,
        after: index < added ? newLine++ : undefined,
        isChanged: true,
      });
    }
    removed = 0;
  };
  for (const part of diffArrays(before.split(/\r?\n/), after.split(/\r?\n/))) {
    if (part.removed) removed += part.value.length;
    else if (part.added) flush(part.value.length);
    else {
      flush(0);
      for (const _line of part.value) rows.push({ before: oldLine++, after: newLine++, isChanged: false });
    }
  }
  flush(0);
  return rows;
}

/**
 * The rows of the lines `from` to `to` of the old text, with what was added right before and between them.
 */
export function rowsOfLines(rows: readonly AlignedRow[], from: number, to: number): readonly AlignedRow[] {
  const isInside = ({ before }: AlignedRow): boolean =>
    before !== undefined && before >= from && before <= to;
  let first = rows.findIndex(isInside);
  const last = rows.findLastIndex(isInside);
  if (first === -1) return [];
  while (first > 0 && rows[first - 1]?.before === undefined) first -= 1;
  let end = last + 1;
  while (end < rows.length && rows[end]?.before === undefined) end += 1;
  return rows.slice(first, end);
}
