import { diag } from '../../diagnostics/catalog.gen.ts';
import { findForeignAsks, findForeignCallers } from '../../engine/find/find-foreign-asks.ts';
import { spanOf } from '../../engine/plan/span-of.ts';
import type { ts } from '../../engine/syntax/ts.ts';
import { enclosingFunctionName } from './enclosing-function.ts';
import type { HandlersRewrite } from './file-output.ts';
import { leftSite } from './left-site.ts';

/**
 * What became of the handlers of a file, together with the asks in it that go through other packages and stay.
 * @param files where an ask may be reached from
 */
export function withForeignAsks(
  file: ts.SourceFile,
  rewrite: HandlersRewrite,
  files: readonly ts.SourceFile[],
  checker: ts.TypeChecker,
): HandlersRewrite {
  const asks = findForeignAsks(file, checker).map((ask) => ({
    ...ask,
    callers: findForeignCallers(ask, files, checker),
  }));
  if (asks.length === 0) return rewrite;
  const reports = asks.map(({ call, holder, packageName, callers }) => {
    const related = callers.map((caller) => ({
      span: spanOf(caller.expression),
      label: `\`${enclosingFunctionName(caller)}\` asks through it here`,
    }));
    return diag.foreignAsk(spanOf(call), { holder, package: packageName }, { related });
  });
  const calls = new Set(asks.flatMap(({ call, callers }) => [call, ...callers]));
  return {
    ...rewrite,
    diagnostics: [...rewrite.diagnostics, ...reports],
    sites: [...rewrite.sites, ...[...calls].map(leftSite)],
  };
}
