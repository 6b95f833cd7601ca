import { collectReferences } from '../analyze/collect-references.ts';
import { isStandardLibrary } from '../analyze/pure-builtins.ts';
import { contains } from './build-flow-tree.ts';
import { ts } from '../syntax/ts.ts';

const VIEWS: ReadonlySet<string> = new Set(['entries', 'keys', 'values']);
const CHANGES: ReadonlySet<string> = new Set(['add', 'clear', 'delete', 'set']);
const READS: ReadonlySet<string> = new Set(['has', 'get', 'size']);

/**
 * Whether a loop over a `Set` or `Map` meets the same items as one over a copy of it: nothing else holds the collection,
 * and the loop does not change it (ECMA-262 §24.2.6.1: items that are added during the iteration are visited too).
 */
export function isOwnCollection(loop: ts.ForOfStatement, checker: ts.TypeChecker): boolean {
  const collection = collectionOf(loop.expression, checker);
  if (collection === undefined) return false;
  if (ts.isNewExpression(collection)) return true;
  if (!ts.isIdentifier(collection)) return false;
  const symbol = checker.getSymbolAtLocation(collection);
  const declaration = symbol?.valueDeclaration;
  const owner = ts.findAncestor(loop, ts.isFunctionLike);
  const isMade =
    declaration !== undefined &&
    ts.isVariableDeclaration(declaration) &&
    (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0 &&
    declaration.initializer !== undefined &&
    ts.isNewExpression(declaration.initializer) &&
    ts.findAncestor(declaration, ts.isFunctionLike) === owner;
  if (!isMade || owner === undefined) return false;
  return collectReferences(owner, checker).every(
    ({ symbol: used, node, closure, isDeclaration }) =>
      used !== symbol ||
      isDeclaration ||
      (closure === undefined && isOwnUse(node, contains(loop.statement, node))),
  );
}

/** `set` of `set`, `map.keys()` and the like. */
function collectionOf(node: ts.Expression, checker: ts.TypeChecker): ts.Expression | undefined {
  if (isCollection(node, checker)) return node;
  const isView =
    ts.isCallExpression(node) &&
    ts.isPropertyAccessExpression(node.expression) &&
    VIEWS.has(node.expression.name.text) &&
    isCollection(node.expression.expression, checker);
  return isView ? node.expression.expression : undefined;
}

function isCollection(node: ts.Expression, checker: ts.TypeChecker): boolean {
  const { symbol } = checker.getTypeAtLocation(node);
  return (
    (symbol?.name === 'Set' || symbol?.name === 'Map') &&
    symbol.declarations?.some(isStandardLibrary) === true
  );
}

/** A use that hands the collection to nobody; in the loop one that does not change it either. */
function isOwnUse(node: ts.Identifier, isInLoop: boolean): boolean {
  const access = node.parent;
  if (ts.isForOfStatement(access) || ts.isSpreadElement(access)) return true;
  if (!ts.isPropertyAccessExpression(access) || access.expression !== node) return false;
  const name = access.name.text;
  if (READS.has(name)) return true;
  const { parent: use } = access.parent;
  // `add` and `set` return the collection itself.
  if (CHANGES.has(name)) return !isInLoop && ts.isExpressionStatement(use);
  return VIEWS.has(name) && (ts.isForOfStatement(use) || ts.isSpreadElement(use));
}
