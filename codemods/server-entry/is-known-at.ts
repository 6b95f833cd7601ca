import { contains } from '../../engine/plan/build-flow-tree.ts';
import { ts } from '../../engine/syntax/ts.ts';
import { resolvedSymbol } from './sdk-symbols.ts';

/**
 * Whether an expression of a function means the same at an earlier place of it: what it names is declared outside, is a
 * parameter, or is a constant that has its value there. `this` must be that of the place.
 */
export function isKnownAt(
  place: ts.Statement,
  expression: ts.Expression,
  fn: ts.Node,
  checker: ts.TypeChecker,
): boolean {
  const isKnown = (node: ts.Node): boolean => {
    if (node.kind === ts.SyntaxKind.ThisKeyword) return ownerOfThis(node) === ownerOfThis(place);
    if (!ts.isIdentifier(node)) return ts.forEachChild(node, (child) => !isKnown(child)) !== true;
    const symbol = ts.isShorthandPropertyAssignment(node.parent)
      ? checker.getShorthandAssignmentValueSymbol(node.parent)
      : resolvedSymbol(node, checker);
    const declaration = symbol?.valueDeclaration;
    const isFree =
      declaration === undefined || !isWithin(declaration, fn) || isWithin(declaration, expression);
    return isFree || hasValueAt(place, declaration);
  };
  return isKnown(expression);
}

function hasValueAt(place: ts.Statement, declaration: ts.Declaration): boolean {
  const scope = ts.findAncestor(declaration.parent, (node) => ts.isBlock(node) || ts.isFunctionLike(node));
  if (scope === undefined || !contains(scope, place)) return false;
  if (ts.findAncestor(declaration, ts.isParameter) !== undefined) return true;
  const isConstant = (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0;
  return (isConstant && declaration.end <= place.pos) || ts.isFunctionDeclaration(declaration);
}

function isWithin(node: ts.Node, outer: ts.Node): boolean {
  return node.getSourceFile() === outer.getSourceFile() && contains(outer, node);
}

/** The function or class member whose `this` a node sees. */
function ownerOfThis(node: ts.Node): ts.Node | undefined {
  return ts.findAncestor(
    node,
    (outer) => ts.isClassElement(outer) || (ts.isFunctionLike(outer) && !ts.isArrowFunction(outer)),
  );
}
