import { collectReferences } from '../../../engine/analyze/collect-references.ts';
import { canComplete } from '../../../engine/plan/can-complete.ts';
import { findJumps } from '../../../engine/plan/find-jumps.ts';
import { ts } from '../../../engine/syntax/ts.ts';
import { isPath, NotSimplified, OperandHoister, type SimplifyContext } from './operand-hoister.ts';
import type { Part } from './text-builder.ts';

/** A `switch` in which no clause runs into the next becomes a chain of `if`s (ECMA-262 §14.12: compared by `===`). */
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
  const isOwn = isPath(statement.expression) && hoister.isInert(statement.expression);
  let subject: Part = statement.expression;
  if (!isOwn) {
    const name = context.fresh('kind');
    const value = hoister.hoist(statement.expression);
    hoister.statements.push([`const ${name} = `, value, ';']);
    subject = name;
  }
  const groups = groupsOf(statement, context, hoister);
  const chain = groups.flatMap(({ labels, clause, isDefault }, index): Part[] => {
    const test = labels.flatMap((label, at): Part[] => [at === 0 ? '' : ' || ', subject, ' === ', label]);
    const head: Part[] = isDefault ? [] : ['if (', test, ') '];
    return [index === 0 ? '' : ' else ', ...head, clauseBlock(clause)];
  });
  return [...hoister.statements, chain];
}

interface Group {
  readonly labels: readonly ts.Expression[];
  readonly clause: ts.CaseOrDefaultClause;
  readonly isDefault: boolean;
}

function groupsOf(
  { caseBlock }: ts.SwitchStatement,
  { checker }: SimplifyContext,
  hoister: OperandHoister,
): readonly Group[] {
  const groups: Group[] = [];
  let labels: ts.Expression[] = [];
  let isDefault = false;
  caseBlock.clauses.forEach((clause, index) => {
    if (ts.isCaseClause(clause)) labels.push(clause.expression);
    else isDefault = true;
    const isLast = index === caseBlock.clauses.length - 1;
    if (clause.statements.length === 0 && !isLast) return;
    const statements = statementsOf(clause);
    const ends = statements.some((inner) => !canComplete(inner));
    if (!isLast && !ends) throw new NotSimplified();
    if (hasOtherBreak(clause) || sharesNames(clause, caseBlock, checker)) throw new NotSimplified();
    if (isDefault && !isLast) throw new NotSimplified();
    groups.push({ labels, clause, isDefault });
    labels = [];
    isDefault = false;
  });
  const [first] = groups;
  const isInert = groups.every((group) => group.labels.every((label) => hoister.isInert(label)));
  if (!isInert || first === undefined || first.isDefault) throw new NotSimplified();
  return groups;
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

/** What a clause does, without the `break` at its end, comments included. */
function clauseBlock(clause: ts.CaseOrDefaultClause): Part {
  const statements = statementsOf(clause);
  const last = statements.at(-1);
  const kept = last !== undefined && ts.isBreakStatement(last) ? statements.slice(0, -1) : statements;
  const comments: Part[] = hasComments(clause) ? [{ commentsOf: clause }] : [];
  return { block: [...comments, ...kept.map((statement): Part => ({ statement }))] };
}

function hasComments(node: ts.Node): boolean {
  return (ts.getLeadingCommentRanges(node.getSourceFile().text, node.getFullStart()) ?? []).length > 0;
}

/** `do … while (c)` turns around until its condition fails at the end of a turn. */
export function simplifyDo(statement: ts.DoStatement, context: SimplifyContext): readonly Part[] | undefined {
  const { statement: body, expression } = statement;
  if (!ts.isBlock(body)) throw new NotSimplified();
  const continues = findJumps(body, [statement as never]).some(({ statement: jump }) =>
    ts.isContinueStatement(jump),
  );
  const declared = new Set(
    body.statements.flatMap((inner) =>
      ts.isVariableStatement(inner) || ts.isFunctionDeclaration(inner) || ts.isClassDeclaration(inner)
        ? collectReferences(inner, context.checker)
            .filter(({ isDeclaration }) => isDeclaration)
            .map(({ node }) => node.text)
        : [],
    ),
  );
  const isShadowed = collectReferences(expression, context.checker).some(({ node }) =>
    declared.has(node.text),
  );
  if (continues || isShadowed) throw new NotSimplified();
  return [['while (true) ', { block: [...statementParts(body), ...conditionLines(expression, context)] }]];
}

function conditionLines(condition: ts.Expression, context: SimplifyContext): Part[] {
  const hoister = new OperandHoister(context);
  const test = hoister.hoist(condition);
  return [...hoister.statements, ['if (!(', test, ')) break;']];
}

function statementParts(body: ts.Statement): Part[] {
  const statements = ts.isBlock(body) ? body.statements : [body];
  return statements.map((statement): Part => ({ statement }));
}

/** A suspension in the header of a loop moves into its body, or in front of the loop where it happens once. */
export function simplifyLoopHeader(
  statement: ts.IterationStatement,
  context: SimplifyContext,
): readonly Part[] | undefined {
  const { suspensions } = context;
  if (ts.isForOfStatement(statement) && suspensions.isIn(statement.expression)) {
    const hoister = new OperandHoister(context);
    const items = hoister.hoist(statement.expression);
    if (statement.awaitModifier !== undefined) throw new NotSimplified();
    return [
      ...hoister.statements,
      ['for (', statement.initializer, ' of ', items, ') ', statement.statement],
    ];
  }
  if (ts.isWhileStatement(statement) && suspensions.isIn(statement.expression))
    return [
      [
        'while (true) ',
        { block: [...conditionLines(statement.expression, context), ...statementParts(statement.statement)] },
      ],
    ];
  if (ts.isForStatement(statement) && suspensions.isIn(statement.condition)) {
    const { condition, initializer, incrementor } = statement;
    if (condition === undefined || suspensions.isIn(initializer) || suspensions.isIn(incrementor))
      throw new NotSimplified();
    const head: Part[] = ['for (', initializer ?? '', '; ; ', incrementor ?? '', ') '];
    return [
      [...head, { block: [...conditionLines(condition, context), ...statementParts(statement.statement)] }],
    ];
  }
  return undefined;
}

/** A `catch` that suspends runs behind the `try`, where its error is still known. */
export function simplifyCatch(
  statement: ts.TryStatement,
  context: SimplifyContext,
): readonly Part[] | undefined {
  const { tryBlock, catchClause, finallyBlock } = statement;
  if (catchClause === undefined || !context.suspensions.isIn(catchClause.block)) return undefined;
  const { variableDeclaration: variable, block } = catchClause;
  if (finallyBlock !== undefined && context.suspensions.isIn(finallyBlock)) throw new NotSimplified();
  const name = variable?.name;
  if (name !== undefined && !ts.isIdentifier(name)) throw new NotSimplified();
  const kept = keptFailure(name?.text, variable?.type?.getText() ?? 'unknown', context);
  const simpler: Part[] = [
    kept.declared,
    ['try ', tryBlock, name === undefined ? ' catch ' : ` catch (${name.text}) `, { block: [kept.caught] }],
    [`if (${kept.test}) `, { block: [...kept.bound, ...statementParts(block)] }],
  ];
  return finallyBlock === undefined ? simpler : [['try ', { block: simpler }, ' finally ', finallyBlock]];
}

/** A variable that says whether the `try` failed, with the error where that is used. */
function keptFailure(
  name: string | undefined,
  type: string,
  { fresh, isTyped }: SimplifyContext,
): {
  readonly declared: string;
  readonly caught: string;
  readonly test: string;
  readonly bound: readonly string[];
} {
  if (name === undefined) {
    const hasFailed = fresh('hasFailed');
    return {
      declared: `let ${hasFailed} = false;`,
      caught: `${hasFailed} = true;`,
      test: hasFailed,
      bound: [],
    };
  }
  const failure = fresh('failure');
  const property = name === 'error' ? 'error' : `error: ${name}`;
  return {
    declared: `let ${failure}${isTyped ? `: { error: ${type} } | undefined` : ''};`,
    caught: `${failure} = { ${property} };`,
    test: `${failure} !== undefined`,
    bound: [`const { ${property} } = ${failure};`],
  };
}
