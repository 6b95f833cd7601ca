import { diag } from '../../diagnostics/catalog.gen.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { spanOf } from '../../engine/plan/span-of.ts';
import { ts } from '../../engine/syntax/ts.ts';
import { findAnswerReads, usesOf, type AnswerRead } from '../find-answer-reads.ts';
import type { RoundFunction } from '../find-round-functions.ts';
import type { LintRule } from '../lint-rule.ts';
import { unwrap } from '../sdk-calls.ts';

/**
 * `acceptedContent` gives undefined for an answer that is missing and for one that was declined. Asking again in both
 * cases asks the user who said no until the client gives up, after 10 rounds.
 */
export const declineAskedAgain: LintRule = {
  name: 'decline-asked-again',
  validate: ({ functions, checker }) => {
    return functions.flatMap((round) => {
      const reads = findAnswerReads(round.body, checker);
      // Code that looks at the raw answers, or at their action, tells the cases apart in its own way.
      if (readsActions(round.body)) return [];
      return reads.flatMap((read) => validateRead(read, reads, round, checker));
    });
  },
};

function validateRead(
  read: AnswerRead,
  reads: readonly AnswerRead[],
  round: RoundFunction,
  checker: ts.TypeChecker,
): readonly Diagnostic[] {
  if (read.reader !== 'acceptedContent' || read.variable === undefined || read.key === undefined) return [];
  if (reads.some((other) => other.reader === 'inputResponse' && (other.key ?? read.key) === read.key))
    return [];
  const { key } = read;
  const uses = new Set<ts.Node>(usesOf(read.variable, round.body, checker));
  const end = round.ends.find(
    ({ statement, built }) =>
      built?.requests !== undefined && asks(built.requests, key) && isWhenMissing(statement, uses),
  );
  if (end === undefined) return [];
  const related = [{ span: spanOf(end.statement), label: 'asked again, also after a decline' }];
  return [diag.declineAskedAgain(spanOf(read.call), { key }, { related })];
}

function asks(requests: ts.ObjectLiteralExpression, key: string): boolean {
  return requests.properties.some(
    ({ name }) =>
      name !== undefined && (ts.isIdentifier(name) || ts.isStringLiteralLike(name)) && name.text === key,
  );
}

/** The statement runs when a variable is undefined: `if (!x) …`, `if (x === undefined) …`. */
function isWhenMissing(statement: ts.Statement, uses: ReadonlySet<ts.Node>): boolean {
  const branch = ts.isBlock(statement.parent) ? statement.parent : statement;
  const { parent } = branch;
  return (
    ts.isIfStatement(parent) && parent.thenStatement === branch && isMissingTest(parent.expression, uses)
  );
}

function isMissingTest(expression: ts.Expression, uses: ReadonlySet<ts.Node>): boolean {
  const test = unwrap(expression);
  if (ts.isPrefixUnaryExpression(test) && test.operator === ts.SyntaxKind.ExclamationToken)
    return uses.has(unwrap(test.operand));
  if (!ts.isBinaryExpression(test)) return false;
  const { kind } = test.operatorToken;
  if (kind === ts.SyntaxKind.BarBarToken)
    return isMissingTest(test.left, uses) || isMissingTest(test.right, uses);
  const isEqual = kind === ts.SyntaxKind.EqualsEqualsEqualsToken || kind === ts.SyntaxKind.EqualsEqualsToken;
  return isEqual && uses.has(unwrap(test.left)) && /^(undefined|null)$/.test(test.right.getText());
}

/** `.action`, or the raw answers other than as the argument of an SDK reader. */
function readsActions(body: ts.Block): boolean {
  const visit = (node: ts.Node): boolean => {
    if (ts.isPropertyAccessExpression(node)) {
      if (node.name.text === 'action') return true;
      if (node.name.text === 'inputResponses' && !isArgument(node)) return true;
    }
    if (ts.isBindingElement(node) && (node.propertyName ?? node.name).getText() === 'action') return true;
    return ts.forEachChild(node, (child) => visit(child) || undefined) === true;
  };
  return visit(body);
}

function isArgument({ parent }: ts.Node): boolean {
  return ts.isCallExpression(parent) || ts.isVariableDeclaration(parent);
}
