import { diag } from '../../diagnostics/catalog.gen.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { canComplete } from '../../engine/plan/can-complete.ts';
import { spanOf } from '../../engine/plan/span-of.ts';
import { ts } from '../../engine/syntax/ts.ts';
import { findEffects } from '../find-effects.ts';
import type { RoundFunction } from '../find-round-functions.ts';
import type { LintRule } from '../lint-rule.ts';
import { createRoundTest } from '../round-data.ts';

/**
 * An effect on the way to the end of a round that no state and no answer guards: the client calls again, and the handler
 * comes by once more (specification 2026-07-28, basic/patterns/mrtr: a retry is a new, independent request).
 */
export const effectBeforeGuard: LintRule = {
  name: 'effect-before-guard',
  validate: ({ functions, checker }) => {
    return functions.flatMap((round) => {
      const dependsOnRound = createRoundTest(round.fn, checker);
      const effects = new Map<ts.Node, ts.Node>();
      for (const { statement } of round.ends) {
        for (const passed of passedOnTheWay(statement, round, dependsOnRound)) {
          for (const effect of findEffects(passed, round.fn, checker)) {
            // What is given the context may look at the round itself, as a helper that asks does.
            if (!effects.has(effect) && !dependsOnRound(effect)) effects.set(effect, statement);
          }
        }
      }
      return [...effects].map(([effect, end]) => report(effect, end));
    });
  },
};

function report(effect: ts.Node, end: ts.Node): Diagnostic {
  const text = effect.getText().split('\n')[0] ?? '';
  const shown = text.length > 60 ? `${text.slice(0, 57)}...` : text;
  return diag.effectBeforeGuard(
    spanOf(effect),
    { effect: shown.replaceAll('`', "'") },
    { related: [{ span: spanOf(end), label: 'the round ends here, and the next one starts at the top' }] },
  );
}

/** What every round evaluates before it may come to `end`. */
function passedOnTheWay(
  end: ts.Statement,
  { body }: RoundFunction,
  dependsOnRound: (node: ts.Node) => boolean,
): readonly ts.Node[] {
  const passed: ts.Node[] = [];
  const path = new Set<ts.Node>();
  for (let node: ts.Node = end; node !== body; node = node.parent) path.add(node);
  const descend = (node: ts.Node): void => {
    if (ts.isBlock(node)) {
      for (const statement of node.statements) {
        if (path.has(statement)) return descend(statement);
        if (isRoundBranch(statement, dependsOnRound)) {
          // What stands behind `if (state) return …` belongs to the other rounds.
          if (!completesInEveryBranch(statement)) return;
          continue;
        }
        passed.push(...unguarded(statement, dependsOnRound));
      }
      return;
    }
    if (node === end) return;
    if (isRoundBranch(node, dependsOnRound)) return;
    if (ts.isIfStatement(node)) passed.push(node.expression);
    // A loop or a switch may come by several times in one round; which of its parts ran cannot be told here.
    if (!ts.isIfStatement(node) && !ts.isTryStatement(node)) return;
    const next = ts.forEachChild(node, (child) => (path.has(child) ? child : undefined));
    if (next !== undefined) descend(next);
  };
  descend(body);
  return passed;
}

function isRoundBranch(node: ts.Node, dependsOnRound: (node: ts.Node) => boolean): boolean {
  return (ts.isIfStatement(node) || ts.isSwitchStatement(node)) && dependsOnRound(node.expression);
}

function completesInEveryBranch(statement: ts.Statement): boolean {
  if (ts.isSwitchStatement(statement)) return false;
  if (!ts.isIfStatement(statement)) return true;
  const { thenStatement, elseStatement } = statement;
  return canComplete(thenStatement) && (elseStatement === undefined || canComplete(elseStatement));
}

/** The parts of a statement that run whatever the round; a branch that leaves the function does not lead to its end. */
function unguarded(statement: ts.Statement, dependsOnRound: (node: ts.Node) => boolean): ts.Node[] {
  if (!canComplete(statement)) return [];
  if (ts.isBlock(statement)) return statement.statements.flatMap((inner) => unguarded(inner, dependsOnRound));
  if (ts.isIfStatement(statement)) {
    if (dependsOnRound(statement.expression)) return [];
    const branches = [statement.thenStatement, ...(statement.elseStatement ? [statement.elseStatement] : [])];
    return [statement.expression, ...branches.flatMap((branch) => unguarded(branch, dependsOnRound))];
  }
  if (ts.isTryStatement(statement)) return unguarded(statement.tryBlock, dependsOnRound);
  return ts.isSwitchStatement(statement) ? [] : [statement];
}
