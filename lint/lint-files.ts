import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { ts } from '../engine/syntax/ts.ts';
import { createImportClosure } from './import-closure.ts';
import { findRoundFunctions } from './find-round-functions.ts';
import type { LintRule } from './lint-rule.ts';
import { lintRules } from './rules.ts';
import { applySuppressions } from './suppressions.ts';

/**
 * Looks for mistakes in hand-written multi-round-trip code. Spans have the file names of the program.
 * @param files the files of one server: some rules look at what another file does
 * @returns the findings in source order, file by file
 */
export function lintFiles(
  files: readonly ts.SourceFile[],
  checker: ts.TypeChecker,
  rules: readonly LintRule[] = lintRules,
): readonly Diagnostic[] {
  const functions = new Map(files.map((file) => [file, findRoundFunctions(file, checker)]));
  const allFunctions = [...functions.values()].flat();
  const importedBy = createImportClosure(checker);
  return files.flatMap((file) => {
    const linted = { file, checker, functions: functions.get(file) ?? [], allFunctions, importedBy };
    const findings = rules.flatMap((rule) => rule.validate(linted));
    return applySuppressions(file, findings).toSorted((a, b) => startOf(a) - startOf(b));
  });
}

function startOf({ span }: Diagnostic): number {
  return span?.start ?? 0;
}
