import { ts } from '../syntax/ts.ts';
import { isType } from './is-type.ts';
import { textPiece } from './code.ts';
import type { Code } from './code.ts';
import type { FileNames } from './compile-unit.ts';
import type { Bindings } from './resolve-bindings.ts';
import { memberOfImport, unwrap } from './suspension.ts';
import { unsupported } from './unsupported.ts';

/**
 * The names from outside that a function calls, or hands to something that may call them, nested functions included: a
 * resumable function that is in the continuation is found again by one of them. Keyed by their text.
 */
export function collectLinks(root: ts.Node, bindings: Bindings, names: FileNames): ReadonlyMap<string, Code> {
  const links = new Map<string, Code>();
  const link = (callee: ts.Expression): void => {
    if (!isOutsidePath(callee, root, bindings)) return;
    const name = rootOf(callee);
    if (names.reassignedResumables.has(name)) {
      throw unsupported(callee, 'a call of a resumable function that a variable holds only for a time');
    }
    // Found again by name: only names that always mean the same may lead there.
    const text = callee.getText();
    if (!names.mutable.has(name)) links.set(text, [textPiece(text)]);
  };
  const visit = (node: ts.Node): void => {
    if (isType(node)) return;
    if (ts.isCallExpression(node)) {
      link(memberOfImport(node.expression) ?? unwrap(node.expression));
      for (const argument of node.arguments) link(unwrap(argument));
    }
    ts.forEachChild(node, visit);
  };
  visit(root);
  return links;
}

function rootOf(path: ts.Expression): string {
  return ts.isPropertyAccessExpression(path) ? rootOf(path.expression) : path.getText();
}

/** A name, or members of one, from outside the function: it can be evaluated again at any time. */
function isOutsidePath(node: ts.Expression, root: ts.Node, bindings: Bindings): boolean {
  if (ts.isPropertyAccessExpression(node)) {
    return node.questionDotToken === undefined && isOutsidePath(node.expression, root, bindings);
  }
  if (node.kind === ts.SyntaxKind.ThisKeyword) return isOfOutside(node, root);
  return ts.isIdentifier(node) && !bindings.of.has(node);
}

/** True when `this` is that of the code around the function. */
function isOfOutside(node: ts.Node, root: ts.Node): boolean {
  const holder = ts.findAncestor(
    node,
    (at) => at === root || (ts.isFunctionLike(at) && !ts.isArrowFunction(at)),
  );
  return holder === root && ts.isArrowFunction(root);
}
