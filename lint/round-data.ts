import { collectReferences } from '../engine/analyze/collect-references.ts';
import { ts } from '../engine/syntax/ts.ts';
import { isAnswerReader } from './sdk-calls.ts';

/**
 * Tells which expressions of a function depend on the round: on the request context, from which answers and state are
 * read, and on every variable computed from it. Everything that is given the context counts, so the set is too large
 * rather than too small.
 */
export function createRoundTest(
  fn: ts.FunctionLikeDeclaration,
  checker: ts.TypeChecker,
): (node: ts.Node) => boolean {
  const symbols = new Set<ts.Symbol>();
  for (const parameter of fn.parameters) {
    if (checker.getTypeAtLocation(parameter).getProperty('mcpReq') === undefined) continue;
    for (const { symbol, isDeclaration } of collectReferences(parameter.name, checker))
      if (isDeclaration) symbols.add(symbol);
  }
  const dependsOnRound = (node: ts.Node): boolean =>
    collectReferences(node, checker).some(({ symbol }) => symbols.has(symbol)) ||
    containsReader(node, checker);
  const references = fn.body === undefined ? [] : collectReferences(fn.body, checker);
  for (let size = -1; size !== symbols.size;) {
    size = symbols.size;
    for (const { symbol, node, access } of references) {
      if (access === 'read' || symbols.has(symbol)) continue;
      const value = assignedValue(node);
      if (value !== undefined && dependsOnRound(value)) symbols.add(symbol);
    }
  }
  return dependsOnRound;
}

function containsReader(node: ts.Node, checker: ts.TypeChecker): boolean {
  return (
    isAnswerReader(node, checker) ||
    ts.forEachChild(node, (child) => containsReader(child, checker) || undefined) === true
  );
}

/** What a name is declared with or assigned, through patterns. */
function assignedValue(name: ts.Identifier): ts.Expression | undefined {
  const holder = ts.findAncestor(
    name,
    (node) => ts.isVariableDeclaration(node) || ts.isBinaryExpression(node) || ts.isStatement(node),
  );
  if (holder === undefined) return undefined;
  if (ts.isVariableDeclaration(holder)) {
    const list = holder.parent.parent;
    return (
      holder.initializer ??
      (ts.isForOfStatement(list) || ts.isForInStatement(list) ? list.expression : undefined)
    );
  }
  return ts.isBinaryExpression(holder) ? holder.right : undefined;
}
