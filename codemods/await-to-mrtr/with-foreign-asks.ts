import { diag } from '../../diagnostics/catalog.gen.ts';
import { findForeignAsks } from '../../engine/find/find-foreign-asks.ts';
import { spanOf } from '../../engine/plan/span-of.ts';
import type { ts } from '../../engine/syntax/ts.ts';
import { enclosingFunctionName } from './enclosing-function.ts';
import type { HandlersRewrite } from './file-output.ts';

/** What became of the handlers of a file, together with the asks in it that go through other packages and stay. */
export function withForeignAsks(
  file: ts.SourceFile,
  rewrite: HandlersRewrite,
  checker: ts.TypeChecker,
): HandlersRewrite {
  const asks = findForeignAsks(file, checker);
  if (asks.length === 0) return rewrite;
  const reports = asks.map(({ call, holder, packageName }) =>
    diag.foreignAsk(spanOf(call), { holder, package: packageName }),
  );
  const sites = asks.map(({ call }) => ({
    file: file.fileName,
    line: file.getLineAndCharacterOfPosition(call.getStart()).line + 1,
    handler: enclosingFunctionName(call),
    asks: 1,
    outcome: 'diagnosed' as const,
  }));
  return {
    ...rewrite,
    diagnostics: [...rewrite.diagnostics, ...reports],
    sites: [...rewrite.sites, ...sites],
  };
}
