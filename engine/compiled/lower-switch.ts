import { ts } from '../syntax/ts.ts';
import { code } from './code.ts';
import { openScope } from './lower-binding.ts';
import { spill } from './lowering.ts';
import type { Lowering } from './lowering.ts';

/** `switch`: the tests in order, each only when the ones before failed, then the clauses with their fall-through. */
export function lowerSwitch(lowering: Lowering, node: ts.SwitchStatement, labels: readonly string[]): void {
  const { graph } = lowering;
  const value = spill(lowering, lowering.lowerExpression(node.expression));
  openScope(lowering, node.caseBlock);
  const after = graph.block();
  const clauses = node.caseBlock.clauses.map((clause) => ({ clause, entry: graph.block() }));
  for (const { clause, entry } of clauses) {
    if (!ts.isCaseClause(clause)) continue;
    const next = graph.block();
    const test = code`${value} === (${lowering.lowerExpression(clause.expression)})`;
    graph.end({ kind: 'branch', test, whenTrue: entry, otherwise: next });
    graph.enter(next);
  }
  const fallback = clauses.find(({ clause }) => ts.isDefaultClause(clause));
  graph.end({ kind: 'goto', to: fallback?.entry ?? after });
  lowering.scopes.push({ kind: 'target', labels, breakTo: after, continueTo: undefined, isDefault: true });
  for (const { clause, entry } of clauses) {
    graph.enter(entry);
    for (const statement of clause.statements) lowering.lowerStatement(statement);
  }
  lowering.scopes.pop();
  graph.enter(after);
}
