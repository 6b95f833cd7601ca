import stringWidth from 'string-width';

import { computeLineStarts, positionAt } from './position.ts';

/** A range of offsets in the framed text and what to write beside its underline. */
export interface FrameMark {
  readonly start: number;
  readonly end: number;
  readonly label: string;
  readonly primary: boolean;
}

/** One printed line: the gutter is separate so that a reporter can colour it. */
export interface FrameLine {
  readonly lineNumber: number | undefined;
  readonly text: string;
  readonly kind: 'source' | 'underline-primary' | 'underline-secondary' | 'gap';
}

const TAB = '    ';

/**
 * The lines a reader needs to see the marks: each marked line with its underline (`^` primary, `-` other), lines between
 * them where that is one line only, a gap otherwise. A mark over several lines is underlined to the end of its first.
 */
export function buildCodeFrame(text: string, marks: readonly FrameMark[]): readonly FrameLine[] {
  const starts = computeLineStarts(text);
  const sorted = [...marks].sort((a, b) => a.start - b.start || Number(b.primary) - Number(a.primary));
  const frame: FrameLine[] = [];
  let previous: number | undefined;
  for (const mark of sorted) {
    const { line } = positionAt(starts, mark.start);
    if (line !== previous) {
      frame.push(...linesBetween(text, starts, previous, line), sourceLine(text, starts, line));
      previous = line;
    }
    frame.push(underline(text, starts, line, mark));
  }
  return frame;
}

function linesBetween(
  text: string,
  starts: readonly number[],
  from: number | undefined,
  to: number,
): readonly FrameLine[] {
  if (from === undefined || to - from === 1) return [];
  if (to - from === 2) return [sourceLine(text, starts, from + 1)];
  return [{ lineNumber: undefined, text: '', kind: 'gap' }];
}

function lineText(text: string, starts: readonly number[], line: number): string {
  return text.slice(starts[line - 1], starts[line]).replace(/[\r\n]+$/, '');
}

function sourceLine(text: string, starts: readonly number[], line: number): FrameLine {
  const source = lineText(text, starts, line).replaceAll('\t', TAB);
  return { lineNumber: line, text: source, kind: 'source' };
}

function underline(text: string, starts: readonly number[], line: number, mark: FrameMark): FrameLine {
  const source = lineText(text, starts, line);
  const column = mark.start - (starts[line - 1] ?? 0);
  const endColumn = Math.min(mark.end - (starts[line - 1] ?? 0), source.length);
  const indent = ' '.repeat(displayWidth(source.slice(0, column)));
  const width = Math.max(1, displayWidth(source.slice(column, endColumn)));
  const label = mark.label === '' ? '' : ` ${mark.label}`;
  return {
    lineNumber: undefined,
    text: indent + (mark.primary ? '^' : '-').repeat(width) + label,
    kind: mark.primary ? 'underline-primary' : 'underline-secondary',
  };
}

/** Columns of a terminal that `text` takes up once its tabs are printed as spaces. */
function displayWidth(text: string): number {
  return stringWidth(text.replaceAll('\t', TAB));
}
