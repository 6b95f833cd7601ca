import { ts } from '../syntax/ts.ts';
import { findAsks, type AskSite } from './find-asks.ts';
import { isMarked } from './suspended-function.ts';

/** The asks of a file that still wait for a migration: what `resumable(…)` marks is the compiler's already. */
export function findOpenAsks(file: ts.SourceFile, checker: ts.TypeChecker): AskSite[] {
  return findAsks(file, checker).filter(
    ({ call }) => ts.findAncestor(call, (node) => ts.isFunctionLike(node) && isMarked(node)) === undefined,
  );
}
