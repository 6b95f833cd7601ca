import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { findOpenAsks } from '../../engine/find/find-open-asks.ts';
import type { ts } from '../../engine/syntax/ts.ts';
import type { MigratedSite } from '../project/migration.ts';
import { enclosingFunctionName } from './enclosing-function.ts';
import type { HandlersRewrite } from './file-output.ts';

/** A call that asks and stays as it is, for a reason that is reported. */
export function leftSite(call: ts.CallExpression): MigratedSite {
  const file = call.getSourceFile();
  return {
    file: file.fileName,
    line: file.getLineAndCharacterOfPosition(call.getStart()).line + 1,
    handler: enclosingFunctionName(call),
    asks: 1,
    outcome: 'diagnosed',
  };
}

/** A file that stays as it is: its asks, and the reasons where there are any. */
export function leftAsks(
  file: ts.SourceFile,
  reasons: readonly Diagnostic[],
  checker: ts.TypeChecker,
): HandlersRewrite {
  const sites = findOpenAsks(file, checker).map(({ call }) => leftSite(call));
  const diagnostics = sites.length === 0 ? [] : reasons;
  return { edits: [], imports: [], diagnostics, sites, migrated: [], dropped: [] };
}
