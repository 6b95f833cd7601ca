import { collectReferences } from '../../../engine/analyze/collect-references.ts';
import { isRepeatable, type IsStable } from '../../../engine/analyze/infer-effects.ts';
import { isConstant } from '../../../engine/plan/evaluation-order.ts';
import { ts } from '../../../engine/syntax/ts.ts';

/** The same value whenever it is evaluated within the function. */
export function isInert(node: ts.Node, checker: ts.TypeChecker): boolean {
  const isFixed = withThis((symbol) => isConstant(symbol) || isNeverAssigned(symbol, checker));
  return isRepeatable(node, isFixed, checker);
}

/** Evaluating it again does nothing else, though variables may have other values then. */
export function hasNoEffect(node: ts.Node, checker: ts.TypeChecker): boolean {
  return isRepeatable(
    node,
    withThis(() => true),
    checker,
  );
}

function withThis(isStable: (symbol: ts.Symbol) => boolean): IsStable {
  return Object.assign(isStable, { hasThis: true });
}

/** A parameter that is assigned nowhere. */
function isNeverAssigned(symbol: ts.Symbol, checker: ts.TypeChecker): boolean {
  const declaration = symbol.valueDeclaration;
  const owner =
    declaration !== undefined && ts.isBindingElement(declaration)
      ? ts.walkUpBindingElementsAndPatterns(declaration)
      : declaration;
  if (owner === undefined || !ts.isParameter(owner)) return false;
  return collectReferences(owner.parent, checker).every(
    (reference) => reference.symbol !== symbol || reference.isDeclaration || reference.access === 'read',
  );
}
