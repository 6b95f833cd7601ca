import { findResumableFunctions, findSuspensions } from '../../engine/find/find-resumable-functions.ts';
import type { ts } from '../../engine/syntax/ts.ts';

/** Functions that ask here as well as through another project. */
export interface AskingBothWays {
  readonly handlers: ReadonlySet<ts.Node>;
  /** Where the others are: what calls them cannot be told from the handlers alone. */
  readonly files: ReadonlySet<ts.SourceFile>;
}

/**
 * Finds what only the compiler can take, although its own asks could be rewritten: a rewritten function cannot wait for
 * one that another project compiles.
 * @param imported the calls that ask through functions which another project compiles
 */
export function findAskingBothWays(
  files: readonly ts.SourceFile[],
  checker: ts.TypeChecker,
  imported: readonly ts.CallExpression[],
): AskingBothWays {
  if (imported.length === 0) return { handlers: new Set(), files: new Set() };
  const own = new Set<ts.Node>(findResumableFunctions(files, checker).map(({ fn }) => fn));
  const both = findSuspensions(files, checker, [...imported]).functions.filter(({ fn }) => own.has(fn));
  return {
    handlers: new Set(both.flatMap(({ fn, isRoot }) => (isRoot ? [fn] : []))),
    files: new Set(both.flatMap(({ fn, isRoot }) => (isRoot ? [] : [fn.getSourceFile()]))),
  };
}
