import { diag } from '../../diagnostics/catalog.gen.ts';
import { propertyValue } from '../../engine/find/find-asks.ts';
import { spanOf } from '../../engine/plan/span-of.ts';
import { ts } from '../../engine/syntax/ts.ts';
import type { RoundFunction } from '../find-round-functions.ts';
import type { LintRule } from '../lint-rule.ts';
import { ownNodes } from '../sdk-calls.ts';

/** After so many rounds the SDK's shim for legacy clients gives up (`inputRequired.maxRounds`); modern clients go on to 10. */
const LEGACY_ROUNDS = 8;

/** A handler written as a `switch` over the steps of its state whose longest way asks more often than clients follow. */
export const tooManyRounds: LintRule = {
  name: 'too-many-rounds',
  validate: ({ functions }) => {
    return functions.flatMap((round) => {
      const statement = ownNodes(round.body).find(ts.isSwitchStatement);
      if (statement === undefined) return [];
      const count = longestWay(statement, round);
      if (count <= LEGACY_ROUNDS) return [];
      const keyword = { ...spanOf(statement), end: statement.getStart() + 'switch'.length };
      return [diag.tooManyRounds(keyword, { handler: round.name, count })];
    });
  },
};

interface Transition {
  readonly to: string;
  readonly rounds: 0 | 1;
}

/** The number of questions on the longest way through the steps; a step that is come back to counts once. */
function longestWay(statement: ts.SwitchStatement, round: RoundFunction): number {
  const property = discriminant(statement.expression);
  if (property === undefined) return 0;
  const steps = new Map<string, readonly Transition[]>();
  for (const clause of statement.caseBlock.clauses) {
    const isLabelled = ts.isCaseClause(clause) && ts.isStringLiteralLike(clause.expression);
    const name = isLabelled ? clause.expression.text : START;
    steps.set(name, [...(steps.get(name) ?? []), ...transitionsOf(clause, property, round)]);
  }
  const known = new Map<string, number>();
  const onTheWay = new Set<string>();
  const longestFrom = (step: string): number => {
    if (onTheWay.has(step)) return 0;
    const before = known.get(step);
    if (before !== undefined) return before;
    onTheWay.add(step);
    const ways = (steps.get(step) ?? []).map(({ to, rounds }) => rounds + longestFrom(to));
    onTheWay.delete(step);
    const longest = Math.max(0, ...ways);
    known.set(step, longest);
    return longest;
  };
  return longestFrom(START);
}

/** `case undefined`, or the clause for whatever is no step. */
const START = '';

/** The property whose value names the step: `switch (state?.step)`. */
function discriminant(expression: ts.Expression): string | undefined {
  return ts.isPropertyAccessExpression(expression) ? expression.name.text : undefined;
}

/** The steps that a clause goes on to: in the next round with a question, or at once with `state = { step: … }`. */
function transitionsOf(clause: ts.CaseOrDefaultClause, property: string, round: RoundFunction): Transition[] {
  const ends = round.ends.filter(
    ({ statement }) => statement.pos >= clause.pos && statement.end <= clause.end,
  );
  return ownNodes(clause).flatMap((node) => {
    if (!ts.isObjectLiteralExpression(node)) return [];
    const value = propertyValue(node, property);
    if (value === undefined || !ts.isStringLiteralLike(value)) return [];
    const isSealed = ends.some(({ statement }) => node.pos >= statement.pos && node.end <= statement.end);
    return [{ to: value.text, rounds: isSealed ? 1 : 0 }];
  });
}
