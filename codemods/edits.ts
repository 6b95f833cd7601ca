import MagicString from 'magic-string';

import type { Diagnostic } from '../diagnostics/diagnostic.ts';

/** Replaces `[start, end)` (UTF-16 offsets into the original text) by `newText`. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly newText: string;
}

/** A named import that rewritten code needs. */
export interface ImportRequest {
  readonly module: string;
  readonly name: string;
  readonly typeOnly: boolean;
  /** The name it goes by in the file, where its own is taken. */
  readonly as?: string;
}

/** What one rewrite wants done to one file. */
export interface FileRewrite {
  readonly edits: readonly TextEdit[];
  readonly imports: readonly ImportRequest[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Applies edits that do not overlap; everything outside them stays byte-identical.
 * Two insertions at one offset keep their order.
 * @throws {RangeError} when two edits overlap, which is a bug of the rewrites.
 */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const sorted = [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
  const output = new MagicString(text);
  let previousEnd = 0;
  for (const edit of sorted) {
    if (edit.start < previousEnd) {
      throw new RangeError(`edits overlap at offset ${edit.start} (the one before ends at ${previousEnd})`);
    }
    if (edit.start === edit.end) output.appendLeft(edit.start, edit.newText);
    else output.update(edit.start, edit.end, edit.newText);
    previousEnd = edit.end;
  }
  return output.toString();
}

/** The place in the original text of an offset into the edited one. */
export function originalOffset(edits: readonly TextEdit[], offset: number): number {
  let shift = 0;
  for (const { start, end, newText } of [...edits].sort((a, b) => a.start - b.start || a.end - b.end)) {
    const begins = start + shift;
    if (offset <= begins) break;
    if (offset < begins + newText.length) return start;
    shift += newText.length - (end - start);
  }
  return offset - shift;
}
