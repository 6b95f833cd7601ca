import { collectReferences } from '../../../engine/analyze/collect-references.ts';
import { isOwnCollection } from '../../../engine/plan/own-collection.ts';
import { findJumps } from '../../../engine/plan/find-jumps.ts';
import { ts } from '../../../engine/syntax/ts.ts';
import { OperandHoister } from './operand-hoister.ts';
import { NotSimplified, type SimplifyContext } from './simplify-context.ts';
import { statementParts, type Part } from './text-builder.ts';

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
  const isName = typeof test === 'string' || ('kind' in test && ts.isIdentifier(test));
  return [...hoister.statements, isName ? ['if (!', test, ') break;'] : ['if (!(', test, ')) break;']];
}

/** A suspension in the header of a loop moves into its body, or in front of the loop where it happens once. */
export function simplifyLoopHeader(
  statement: ts.IterationStatement,
  context: SimplifyContext,
): readonly Part[] | undefined {
  const { suspensions, checker } = context;
  if (ts.isForOfStatement(statement) && !suspensions.isIn(statement.expression)) {
    if (statement.awaitModifier !== undefined || !isOwnCollection(statement, checker)) return undefined;
    // An array and an index say where the loop stands; an iterator cannot.
    const { initializer, expression, statement: body } = statement;
    return [['for (', initializer, ' of [...', expression, ']) ', body]];
  }
  if (ts.isForOfStatement(statement)) {
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
