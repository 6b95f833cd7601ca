import { ts } from '../syntax/ts.ts';
import type { FileNames } from './compile-unit.ts';
import { isAssignmentTarget } from './resolve-bindings.ts';

/** The identifiers of a file, and those that are assigned after their declaration. */
export function collectFileNames(source: ts.SourceFile): FileNames {
  const all = new Set<string>();
  const mutable = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) {
      all.add(node.text);
      if (isAssignmentTarget(node)) mutable.add(node.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return { all, mutable };
}
