import type { ts } from '../../engine/syntax/ts.ts';
import type { AskingCalls } from './find-candidates.ts';

/** What the files of a unit ask through functions that another project of the workspace compiles. */
export interface ImportedAsks {
  /** Tells whether there is anything new to follow. */
  readonly key: string;
  /** What such functions are called by in a file. */
  readonly namesIn: AskingCalls;
  /** The calls of such functions in a file of a program. */
  readonly callsIn: (file: ts.SourceFile, checker: ts.TypeChecker) => readonly ts.CallExpression[];
}
