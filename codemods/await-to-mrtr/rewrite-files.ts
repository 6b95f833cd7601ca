import { findAskHelpers, type AskHelpers } from '../../engine/find/find-ask-helpers.ts';
import { findHandlerRoots } from '../../engine/find/find-handler-roots.ts';
import type { AskHelper } from '../../engine/find/find-asks.ts';
import type { ts } from '../../engine/syntax/ts.ts';
import { HelperPlans } from './helper-plans.ts';
import { RefusedHelpers } from './refused-helpers.ts';
import type { HandlersRewrite, ProjectFacts } from './file-output.ts';
import { HandlersRewriter } from './rewrite-handlers.ts';

/**
 * Rewrites the handlers of the files that are migrated together, and the helpers that ask for them. A helper and the
 * functions that call it change together: where one of them cannot be rewritten, the others stay as they are.
 * @param isSkipped files that must stay as they are
 */
export function rewriteFiles(
  files: readonly ts.SourceFile[],
  checker: ts.TypeChecker,
  factsOf: (file: ts.SourceFile) => ProjectFacts,
  isSkipped: (file: ts.SourceFile) => boolean,
): ReadonlyMap<ts.SourceFile, HandlersRewrite> {
  const roots = files.flatMap((file) => findHandlerRoots(file, checker));
  const found = findAskHelpers(files, checker);
  const refused = new RefusedHelpers(found.problems);
  for (const helper of found.helpers)
    if ([helper.fn, ...helper.calls, ...helper.members].some((node) => isSkipped(node.getSourceFile())))
      refused.because(helper, 'it is used in a file that stays as it is');
  for (;;) {
    const before = refused.size;
    refused.spread(found.helpers);
    const rewritten = rewriteOnce(files, { factsOf, found, refused, roots });
    if (refused.size === before) return rewritten;
  }
}

interface Run {
  readonly factsOf: (file: ts.SourceFile) => ProjectFacts;
  readonly found: AskHelpers;
  readonly refused: RefusedHelpers;
  readonly roots: ReturnType<typeof findHandlerRoots>;
}

/** One attempt; what it cannot rewrite is added to `refused`, and then the attempt does not count. */
function rewriteOnce(
  files: readonly ts.SourceFile[],
  { factsOf, found, refused, roots }: Run,
): ReadonlyMap<ts.SourceFile, HandlersRewrite> {
  const helpers: readonly AskHelper[] = found.helpers.filter(({ fn }) => !refused.has(fn));
  const rewriters = new Map(
    files.map(
      (file) => [file, new HandlersRewriter(file, factsOf(file), { helpers, refused, roots })] as const,
    ),
  );
  const outputs = new Map([...rewriters].map(([file, { output }]) => [file, output] as const));
  const plans = new HelperPlans(helpers, new Set(roots.map(({ fn }) => fn)), outputs);
  for (const helper of helpers) {
    const diagnostics = plans.refusalOf(helper);
    if (diagnostics !== undefined) refused.report(helper, diagnostics);
  }
  for (const rewriter of rewriters.values()) rewriter.rewrite(plans);
  return new Map([...rewriters].map(([file, rewriter]) => [file, rewriter.output] as const));
}
