import type { ts } from '../syntax/ts.ts';
import { visitPieces } from './code.ts';
import type { Code } from './code.ts';

export interface SourceMap {
  readonly version: 3;
  readonly sources: readonly string[];
  readonly sourcesContent: readonly string[];
  readonly names: readonly string[];
  readonly mappings: string;
}

type Segment = [number, number, number, number];

/** Joins the pieces and maps each that comes from the source, line by line, to where it was (ECMA-426). */
export function printSourceMap(
  pieces: Code,
  source: ts.SourceFile,
  encode: (lines: Segment[][]) => string,
): { code: string; map: SourceMap } {
  const lines: Segment[][] = [[]];
  let column = 0;
  let output = '';
  visitPieces(pieces, (piece) => {
    const text = piece.kind === 'text' ? piece.text : piece.variable.name;
    let offset = 0;
    for (const [index, line] of text.split('\n').entries()) {
      if (index > 0) {
        lines.push([]);
        column = 0;
      }
      if (piece.at !== undefined && line !== '') {
        const at = source.getLineAndCharacterOfPosition(piece.at + offset);
        lines.at(-1)?.push([column, 0, at.line, at.character]);
      }
      column += line.length;
      offset += line.length + 1;
    }
    output += text;
  });
  const map: SourceMap = {
    version: 3,
    sources: [source.fileName],
    sourcesContent: [source.text],
    names: [],
    mappings: encode(lines),
  };
  return { code: output, map };
}
