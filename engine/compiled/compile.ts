import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { ts } from '../syntax/ts.ts';
import { printPieces, sourceText } from './code.ts';
import type { Code, Piece } from './code.ts';
import { compileUnit } from './compile-unit.ts';
import { findMarks } from './find-marks.ts';
import { findTargets } from './find-targets.ts';
import { collectFileNames } from './file-names.ts';
import { mapPieces } from './source-map.ts';
import type { SourceMap } from './source-map.ts';

export interface CompileOptions {
  /** Path as the user knows it; decides the syntax (`.ts`, `.tsx`, `.js`, `.jsx`) and stands in diagnostics. */
  readonly filename: string;
  /** Names the units in place of `filename`: a path that is the same on every machine the program runs on. */
  readonly moduleId?: string;
}

export interface CompileResult {
  readonly code: string;
  /** Made when it is first read: most of what compiles for a moment needs none. */
  readonly map: SourceMap;
  /** Ids of the functions that were compiled. */
  readonly manifest: readonly string[];
  /** Why functions that are marked were not compiled. */
  readonly diagnostics: readonly Diagnostic[];
  /** What to know about those that were. */
  readonly notes: readonly Diagnostic[];
}

/**
 * Compiles the functions of one file that `resumable(…)` from 'mrtr/runtime' marks. Everything else stays
 * byte-identical; a function that cannot be compiled stays too and is reported (MRTR1501).
 */
export function compile(text: string, { filename, moduleId = filename }: CompileOptions): CompileResult {
  const source = ts.createSourceFile(filename, text, ts.ScriptTarget.Latest, true);
  const marks = findMarks(source);
  const names = collectFileNames(source, marks);
  const pieces: (Piece | Code)[] = [];
  const manifest: string[] = [];
  const diagnostics: Diagnostic[] = [];
  const notes: Diagnostic[] = [];
  let position = 0;
  for (const target of findTargets(source, marks, moduleId)) {
    try {
      const node = target.find();
      if (node === undefined) continue;
      const unit = compileUnit(node, target.id, names, target.type);
      const { start, end } = target;
      pieces.push(sourceText(text.slice(position, start), position), target.print(unit.code));
      position = end;
      manifest.push(target.id);
      notes.push(...unit.notes);
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      diagnostics.push(...error.diagnostics);
    }
  }
  pieces.push(sourceText(text.slice(position), position));
  let map: SourceMap | undefined;
  return {
    code: printPieces(pieces),
    get map() {
      return (map ??= mapPieces(pieces, source));
    },
    manifest,
    diagnostics,
    notes,
  };
}
