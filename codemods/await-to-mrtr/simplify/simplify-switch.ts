import { collectReferences } from '../../../engine/analyze/collect-references.ts';
import { canComplete } from '../../../engine/plan/can-complete.ts';
import { ts } from '../../../engine/syntax/ts.ts';
import { isInert } from './inert-expression.ts';
import { isPath, OperandHoister } from './operand-hoister.ts';
import { NotSimplified, type SimplifyContext } from './simplify-context.ts';
import type { Part } from './text-builder.ts';

/**
 * A `switch` becomes a chain of `if`s (ECMA-262 §14.12: compared by `===`, in order). Clauses that run into the next one
 * share a branch, at the beginning of which each but the last asks again whether it is meant.
 */
export function simplifySwitch(
  statement: ts.SwitchStatement,
  context: SimplifyContext,
): readonly Part[] | undefined {
  const hoister = new OperandHoister(context);
  const { clauses } = statement.caseBlock;
  if (!clauses.some((clause) => context.suspensions.isIn(clause))) {
    if (!context.suspensions.isIn(statement.expression)) return undefined;
    const value = hoister.hoist(statement.expression);
    return [...hoister.statements, ['switch (', value, ') ', statement.caseBlock]];
  }
  const isOwn = isPath(statement.expression) && isInert(statement.expression, context.checker);
  let subject: Part = statement.expression;
  if (!isOwn) {
    const name = context.fresh('kind');
    const value = hoister.hoist(statement.expression);
    hoister.statements.push([`const ${name} = `, value, ';']);
    subject = name;
  }
  const branches = branchesOf(groupsOf(statement, context));
  const chain = branches.map((groups, index): Part => {
    const isElse = groups.some(({ isDefault }) => isDefault);
    const test = testOf(
      subject,
      groups.flatMap(({ labels }) => labels),
    );
    return [index === 0 ? '' : ' else ', isElse ? [] : ['if (', test, ') '], branchBlock(subject, groups)];
  });
  return [...hoister.statements, chain];
}

interface Group {
  readonly labels: readonly ts.Expression[];
  readonly clause: ts.CaseOrDefaultClause;
  readonly isDefault: boolean;
  /** Control goes on in the next group. */
  readonly fallsThrough: boolean;
}

function groupsOf({ caseBlock }: ts.SwitchStatement, { checker }: SimplifyContext): readonly Group[] {
  const groups: Group[] = [];
  let labels: ts.Expression[] = [];
  let isDefault = false;
  caseBlock.clauses.forEach((clause, index) => {
    if (ts.isCaseClause(clause)) labels.push(clause.expression);
    else isDefault = true;
    const isLast = index === caseBlock.clauses.length - 1;
    if (clause.statements.length === 0 && !isLast) return;
    const fallsThrough = !isLast && statementsOf(clause).every(canComplete);
    // A directive there is about the end of the clause, which is none any more.
    if (fallsThrough && isSuppressed(caseBlock.clauses[index + 1], clause)) throw new NotSimplified();
    if (hasOtherBreak(clause) || sharesNames(clause, caseBlock, checker)) throw new NotSimplified();
    if (isDefault && !isLast) throw new NotSimplified();
    groups.push({ labels, clause, isDefault, fallsThrough });
    labels = [];
    isDefault = false;
  });
  const areInert = groups.every((group) => group.labels.every((label) => isInert(label, checker)));
  if (!areInert || groups[0] === undefined || groups[0].isDefault) throw new NotSimplified();
  return groups;
}

/** Groups that run into each other, together. */
function branchesOf(groups: readonly Group[]): readonly (readonly Group[])[] {
  const branches: Group[][] = [];
  groups.forEach((group, index) => {
    if (groups[index - 1]?.fallsThrough === true) branches.at(-1)?.push(group);
    else branches.push([group]);
  });
  const [first] = branches;
  // There would be no `if` for the `else`.
  if (first?.some(({ isDefault }) => isDefault) === true) throw new NotSimplified();
  return branches;
}

function testOf(subject: Part, labels: readonly ts.Expression[]): Part {
  return labels.flatMap((label, at): Part[] => [at === 0 ? '' : ' || ', subject, ' === ', label]);
}

/** `{ if (kind === 'a') { … } … }`: what the groups of a branch do, each for its own labels and those in front of it. */
function branchBlock(subject: Part, groups: readonly Group[]): Part {
  const seen: ts.Expression[] = [];
  const parts = groups.flatMap((group, index): Part[] => {
    seen.push(...group.labels);
    const body = bodyOf(group.clause);
    if (index === groups.length - 1) return [...body];
    return [['if (', testOf(subject, [...seen]), ') ', { block: body }]];
  });
  return { block: parts };
}

/** The statements of a clause; a block around all of them is looked through. */
function statementsOf({ statements }: ts.CaseOrDefaultClause): readonly ts.Statement[] {
  const [only, second] = statements;
  return only !== undefined && ts.isBlock(only) && (second === undefined || ts.isBreakStatement(second))
    ? [...only.statements, ...(second === undefined ? [] : [second])]
    : statements;
}

/** A `break` that leaves the `switch` from anywhere but the end of the clause. */
function hasOtherBreak(clause: ts.CaseOrDefaultClause): boolean {
  const last = statementsOf(clause).at(-1);
  let isFound = false;
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) || ts.isIterationStatement(node, false) || ts.isSwitchStatement(node)) return;
    if (ts.isBreakStatement(node) && node.label === undefined && node !== last) isFound = true;
    ts.forEachChild(node, visit);
  };
  clause.statements.forEach((statement) => visit(statement));
  return isFound;
}

/** All clauses are one scope; a name of one that another uses would be out of reach. */
function sharesNames(clause: ts.CaseOrDefaultClause, block: ts.CaseBlock, checker: ts.TypeChecker): boolean {
  const own = clause.statements.flatMap((statement) =>
    collectReferences(statement, checker).filter(({ isDeclaration }) => isDeclaration),
  );
  const symbols = new Set(own.map(({ symbol }) => symbol));
  return block.clauses.some(
    (other) =>
      other !== clause && collectReferences(other, checker).some(({ symbol }) => symbols.has(symbol)),
  );
}

/** What a clause does, without the `break` out of the `switch` at its end, comments included. */
function bodyOf(clause: ts.CaseOrDefaultClause): readonly Part[] {
  const statements = statementsOf(clause);
  const last = statements.at(-1);
  const endsSwitch = last !== undefined && ts.isBreakStatement(last) && last.label === undefined;
  const kept = endsSwitch ? statements.slice(0, -1) : statements;
  const comments: Part[] = hasComments(clause) ? [{ commentsOf: clause }] : [];
  return [...comments, ...kept.map((statement): Part => ({ statement }))];
}

function isSuppressed(...clauses: readonly (ts.CaseOrDefaultClause | undefined)[]): boolean {
  return clauses.some(
    (clause) =>
      clause !== undefined && /@ts-(expect-error|ignore)/.test(clause.getFullText().split('case')[0] ?? ''),
  );
}

function hasComments(node: ts.Node): boolean {
  return (ts.getLeadingCommentRanges(node.getSourceFile().text, node.getFullStart()) ?? []).length > 0;
}
