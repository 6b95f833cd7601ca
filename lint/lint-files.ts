import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { ts } from '../engine/syntax/ts.ts';
import { findRoundFunctions, type RoundFunction } from './find-round-functions.ts';
import { createImportClosure } from '../engine/analyze/import-closure.ts';
import { lintRules } from './rules.ts';
import { applySuppressions } from './suppressions.ts';

/**
 * Looks for mistakes in hand-written multi-round-trip code. Spans have the file names of the program.
 * @param files the files to look at
 * @param server all files of the server: some rules look at what another file does
 * @returns the findings in source order, file by file
 */
export function lintFiles(
  files: readonly ts.SourceFile[],
  checker: ts.TypeChecker,
  server: readonly ts.SourceFile[] = files,
): readonly Diagnostic[] {
  const known = new Map<ts.SourceFile, readonly RoundFunction[]>();
  const functionsOf = (file: ts.SourceFile): readonly RoundFunction[] => {
    const functions = known.get(file) ?? findRoundFunctions(file, checker);
    known.set(file, functions);
    return functions;
  };
  const allFunctions = (): readonly RoundFunction[] => server.flatMap(functionsOf);
  const importedBy = createImportClosure(checker);
  return files.flatMap((file) => {
    const linted = { file, checker, functions: functionsOf(file), allFunctions, importedBy };
    const findings = lintRules.flatMap((rule) => rule.validate(linted));
    return applySuppressions(file, findings).toSorted((a, b) => startOf(a) - startOf(b));
  });
}

function startOf({ span }: Diagnostic): number {
  return span?.start ?? 0;
}
