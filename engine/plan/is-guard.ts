import { collectReferences } from '../analyze/collect-references.ts';
import { isRepeatable, type IsStable } from '../analyze/infer-effects.ts';
import { ts } from '../syntax/ts.ts';
import { canComplete } from './can-complete.ts';
import { finallyOf, isHelperAsk, listsOf, type AskPoint, type FlowNode } from './flow-tree.ts';
import { isPreamble } from './stable-variables.ts';

/**
 * The lowest rung: everything on the way to the only ask can be evaluated again in the next round, so nothing has to be
 * carried and no state is needed.
 */
export function isGuard(
  nodes: readonly FlowNode[],
  stable: ReadonlySet<ts.Symbol>,
  isGiven: IsStable,
  given: ReadonlySet<ts.Symbol>,
  checker: ts.TypeChecker,
): boolean {
  const known = new Set(stable);
  const isStable = (symbol: ts.Symbol): boolean => known.has(symbol);
  const repeatable = (node: ts.Node): boolean => isRepeatable(node, isStable, checker);
  const isKnownOrGiven: IsStable = Object.assign(
    (symbol: ts.Symbol): boolean => known.has(symbol) || isGiven(symbol),
    { hasThis: true },
  );

  const isRepeatableStatement = (statement: ts.Statement): boolean => {
    if (ts.isBlock(statement)) return statement.statements.every(isRepeatableStatement);
    // Code that leaves the handler ends the flow: with the same conditions it is not reached in a later round.
    if (!canComplete(statement)) return true;
    if (ts.isIfStatement(statement)) {
      return (
        repeatable(statement.expression) &&
        isRepeatableStatement(statement.thenStatement) &&
        (statement.elseStatement === undefined || isRepeatableStatement(statement.elseStatement))
      );
    }
    const isBare =
      ts.isVariableStatement(statement) &&
      statement.declarationList.declarations.every((d) => !d.initializer);
    if (!isBare && !isPreamble(statement, { stable: known, given, changed: new Set() }, checker))
      return ts.isEmptyStatement(statement);
    for (const { symbol, isDeclaration } of collectReferences(statement, checker))
      if (isDeclaration) known.add(symbol);
    return true;
  };

  /** True once the ask is reached over repeatable code only; undefined while it has not been met. */
  const reach = (list: readonly FlowNode[]): boolean | undefined => {
    for (const node of list) {
      if (node.kind === 'ask')
        return isHelperAsk(node.ask)
          ? node.ask.requests[0].site.call.arguments.every((argument) =>
              isRepeatable(argument, isKnownOrGiven, checker),
            )
          : isGuardAsk(node.ask, repeatable);
      if (node.kind === 'plain') {
        if (!isRepeatableStatement(node.statement)) return containsAsk(list, node) ? false : undefined;
        continue;
      }
      // A suspension would run the `finally`.
      if (node.kind === 'loop' || node.kind === 'jump' || finallyOf(node) !== undefined) return false;
      if (node.kind === 'if' && !repeatable(node.statement.expression)) return false;
      const reached = listsOf(node)
        .map(reach)
        .find((answer) => answer !== undefined);
      if (reached !== undefined) return reached;
    }
    return undefined;
  };
  return reach(nodes) ?? false;
}

function isGuardAsk(ask: AskPoint, repeatable: (node: ts.Node) => boolean): boolean {
  return ask.requests.every(({ site }) => site.params === undefined || repeatable(site.params));
}

function containsAsk(list: readonly FlowNode[], from: FlowNode): boolean {
  return list.slice(list.indexOf(from)).some((node) => node.kind !== 'plain');
}
