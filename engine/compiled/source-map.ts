import { encode } from '@jridgewell/sourcemap-codec';

import type { ts } from '../syntax/ts.ts';
import { textOf, visitPieces } from './code.ts';
import type { Code } from './code.ts';

export interface SourceMap {
  readonly version: 3;
  readonly sources: string[];
  readonly sourcesContent: string[];
  readonly names: string[];
  readonly mappings: string;
}

const WORD = /[\w$]+|[^\w$\s]+/g;

type Segment = [number, number, number, number];

/**
 * Maps every word and sign that comes from the source to where it was (ECMA-426). The tools before and after this one
 * have segments of their own, and a map is only as fine as the coarsest of the chain.
 */
export function mapPieces(pieces: Code, source: ts.SourceFile): SourceMap {
  const lines: Segment[][] = [[]];
  let column = 0;
  visitPieces(pieces, (piece) => {
    const at = typeof piece === 'string' ? undefined : piece.at;
    let offset = 0;
    for (const [index, line] of textOf(piece).split('\n').entries()) {
      if (index > 0) {
        lines.push([]);
        column = 0;
      }
      if (at !== undefined) mapWords(line, column, at + offset);
      column += line.length;
      offset += line.length + 1;
    }
  });

  function mapWords(line: string, start: number, at: number): void {
    if (line === '') return;
    const from = source.getLineAndCharacterOfPosition(at);
    for (const { index } of line.matchAll(WORD))
      lines.at(-1)?.push([start + index, 0, from.line, from.character + index]);
  }
  return {
    version: 3,
    sources: [source.fileName],
    sourcesContent: [source.text],
    names: [],
    mappings: encode(lines),
  };
}
