import type { ts } from '../../engine/syntax/ts.ts';
import { extractServerFactory } from './extract-server-factory.ts';
import type { MovedText } from './moved-text.ts';
import { findServerConstants, planServerFactory } from './plan-server-factory.ts';

/** The files whose only server can be made by a function, with that function in place. */
export function extractFactories(
  files: readonly ts.SourceFile[],
  checker: ts.TypeChecker,
): ReadonlyMap<string, MovedText> {
  const extracted = new Map<string, MovedText>();
  for (const file of files) {
    const [only, second] = findServerConstants(file, checker);
    if (only === undefined || second !== undefined) continue;
    const plan = planServerFactory(only, checker);
    if (typeof plan !== 'string') extracted.set(file.fileName, extractServerFactory(plan, checker));
  }
  return extracted;
}
