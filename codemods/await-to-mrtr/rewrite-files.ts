import { findAskHelpers } from '../../engine/find/find-ask-helpers.ts';
import { findHandlerRoots } from '../../engine/find/find-handler-roots.ts';
import type { ts } from '../../engine/syntax/ts.ts';
import { rewriteHandlers, type HandlersRewrite, type ProjectFacts } from './rewrite-handlers.ts';

/**
 * Rewrites the handlers of the files that are migrated together, and the helpers that ask for them. A helper and the
 * handlers that call it change together: where one of them cannot be rewritten, the helper and its other callers stay
 * as they are.
 * @param isSkipped files that must stay as they are
 */
export function rewriteFiles(
  files: readonly ts.SourceFile[],
  checker: ts.TypeChecker,
  factsOf: (file: ts.SourceFile) => ProjectFacts,
  isSkipped: (file: ts.SourceFile) => boolean,
): ReadonlyMap<ts.SourceFile, HandlersRewrite> {
  const roots = files.flatMap((file) => findHandlerRoots(file, checker));
  let helpers = findAskHelpers(files, checker).filter(
    ({ fn, calls }) => ![fn, ...calls].some((node) => isSkipped(node.getSourceFile())),
  );
  for (;;) {
    const rewritten = new Map(
      files.map((file) => [file, rewriteHandlers(file, { ...factsOf(file), helpers, roots })] as const),
    );
    const refused = new Set([...rewritten.values()].flatMap(({ refusedHelpers }) => refusedHelpers ?? []));
    if (refused.size === 0) return rewritten;
    helpers = helpers.filter((helper) => !refused.has(helper));
  }
}
