import { ts } from '../../../engine/syntax/ts.ts';
import { isHead } from '../../../engine/plan/evaluation-order.ts';
import { answerUse, answersUse } from '../../../engine/plan/answer-use.ts';
import { helperCall } from '../../../engine/find/find-ask-helpers.ts';
import { OperandHoister } from './operand-hoister.ts';
import { isInert } from './inert-expression.ts';
import { NotSimplified, type SimplifyContext } from './simplify-context.ts';
import { testOf } from './value-types.ts';
import { declare, splitDeclarations } from './simplify-declaration.ts';
import { simplifyDo, simplifyLoopHeader } from './simplify-control.ts';
import { simplifySwitch } from './simplify-switch.ts';
import { simplifyTry } from './simplify-try.ts';
import { unwrap } from '../../../engine/syntax/unwrap.ts';
import { lines, type Part } from './text-builder.ts';
import { guarded, valueInto } from './value-into.ts';
import { unparenthesized } from '../../unparenthesized.ts';

/** The simpler statements that stand for some of the statements below `body`, each of which suspends at most once. */
export function simplifyStatements(body: ts.Block, context: SimplifyContext): ReadonlyMap<ts.Node, Part> {
  const replaced = new Map<ts.Node, Part>();
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) || !context.suspensions.isIn(node)) return;
    if (ts.isStatement(node) && !ts.isBlock(node)) {
      const simpler = simplerStatement(node, context);
      if (simpler !== undefined) replaced.set(node, inPlaceOf(node, simpler));
    }
    ts.forEachChild(node, visit);
  };
  for (const statement of body.statements) visit(statement);
  return replaced;
}

/** Several statements in the place of one need a block where they are no part of one. */
function inPlaceOf(statement: ts.Statement, parts: readonly Part[]): Part {
  const { parent } = statement;
  const isListed = ts.isBlock(parent) || ts.isSourceFile(parent) || ts.isCaseOrDefaultClause(parent);
  return isListed || parts.length === 1 ? lines(parts) : { block: parts };
}

function simplerStatement(statement: ts.Statement, context: SimplifyContext): readonly Part[] | undefined {
  try {
    return controlStatement(statement, context) ?? expressionStatement(statement, context);
  } catch (error) {
    if (error instanceof NotSimplified) return undefined;
    throw error;
  }
}

function controlStatement(statement: ts.Statement, context: SimplifyContext): readonly Part[] | undefined {
  if (ts.isSwitchStatement(statement)) return simplifySwitch(statement, context);
  if (ts.isDoStatement(statement)) return simplifyDo(statement, context);
  if (ts.isTryStatement(statement)) return simplifyTry(statement, context);
  if (ts.isIterationStatement(statement, false)) return simplifyLoopHeader(statement, context);
  return undefined;
}

function expressionStatement(statement: ts.Statement, context: SimplifyContext): readonly Part[] | undefined {
  if (ts.isVariableStatement(statement) && statement.declarationList.declarations.length > 1)
    return splitDeclarations(statement.declarationList, context);
  const owned = ownedExpression(statement);
  if (owned === undefined || !context.suspensions.isIn(owned) || isSimple(statement, owned, context))
    return undefined;
  if (ts.isIfStatement(statement)) return simplifyIf(statement, context);
  if (ts.isReturnStatement(statement))
    return valueInto(owned, (value) => ['return ', value, ';'], context, {
      returns: true,
      mayAwait: !isInTryBlock(statement),
    });
  if (ts.isThrowStatement(statement)) return valueInto(owned, (value) => ['throw ', value, ';'], context);
  if (ts.isVariableStatement(statement)) {
    const [declaration] = statement.declarationList.declarations;
    return declaration && declare(statement.declarationList, declaration, context);
  }
  return assignOrDiscard(unwrap(owned), context);
}

function ownedExpression(statement: ts.Statement): ts.Expression | undefined {
  if (ts.isVariableStatement(statement)) return statement.declarationList.declarations[0]?.initializer;
  return ts.isExpressionStatement(statement) ||
    ts.isReturnStatement(statement) ||
    ts.isThrowStatement(statement) ||
    ts.isIfStatement(statement)
    ? statement.expression
    : undefined;
}

/** The planner takes the statement as it is. */
function isSimple(statement: ts.Statement, owned: ts.Expression, context: SimplifyContext): boolean {
  const { suspensions, checker } = context;
  const calls: ts.CallExpression[] = [];
  const collect = (node: ts.Node): void => {
    if (ts.isFunctionLike(node)) return;
    if (suspensions.isCall(node)) calls.push(node);
    ts.forEachChild(node, collect);
  };
  collect(owned);
  const sites = calls.map((call) => ({
    ...helperCall(call, undefined as never),
    kind: 'elicitation' as const,
  }));
  const [only, second] = sites;
  if (only === undefined) return true;
  const use = second === undefined ? answerUse(statement, only, checker) : answersUse(statement, sites);
  if (!('form' in use)) return false;
  return calls.every((call) => new OperandHoister(context).awaitedCall(call) === call);
}

/** `if (a && !(await b)) …` without `else` asks in an `if` of its own. */
function simplifyIf(statement: ts.IfStatement, context: SimplifyContext): readonly Part[] {
  const { expression, thenStatement, elseStatement } = statement;
  const condition = unwrap(expression);
  const isAnd =
    ts.isBinaryExpression(condition) &&
    condition.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken &&
    elseStatement === undefined &&
    context.suspensions.isIn(condition.right);
  if (isAnd) {
    const hoister = new OperandHoister(context);
    const first = hoister.hoist(condition.left);
    const inner = new OperandHoister(context);
    const second = isHeadOf(condition, context)
      ? condition.right
      : inner.hoist(unparenthesized(condition.right));
    const nested: Part[] = [...inner.statements, ['if (', second, ') ', thenStatement]];
    return [...hoister.statements, ['if (', first, ') ', { block: nested }]];
  }
  const hoister = new OperandHoister(context);
  const test = hoister.hoist(expression);
  const rest: Part = elseStatement === undefined ? '' : [' else ', elseStatement];
  return [...hoister.statements, ['if (', test, ') ', thenStatement, rest]];
}

/** The right operand suspends before it evaluates anything else, so that it can stay a condition. */
function isHeadOf(condition: ts.BinaryExpression, context: SimplifyContext): boolean {
  const { suspensions, checker } = context;
  if (suspensions.countIn(condition.right) !== 1) return false;
  let awaited: ts.Expression | undefined;
  const find = (node: ts.Node): void => {
    const call = suspensions.awaitedBy(node);
    if (call !== undefined && new OperandHoister(context).awaitedCall(call) === call)
      awaited = node as ts.Expression;
    ts.forEachChild(node, find);
  };
  find(condition.right);
  if (awaited === undefined) return false;
  return awaited === condition.right || isHead(awaited, condition, checker);
}

function assignOrDiscard(expression: ts.Expression, context: SimplifyContext): readonly Part[] {
  if (!ts.isBinaryExpression(expression) || !isAssignment(expression))
    return valueInto(expression, (value) => [value, ';'], context);
  const { left, right, operatorToken } = expression;
  const operator = ts.tokenToString(operatorToken.kind) ?? '';
  const isPlace = ts.isIdentifier(left) || isInert(left, context.checker);
  if (!isPlace) throw new NotSimplified();
  if (operator === '=') return valueInto(right, (value) => [left, ' = ', value, ';'], context);
  const name = left.getText();
  if (operator === '??=' || operator === '||=' || operator === '&&=')
    return [
      guarded(
        testOf(operator.slice(0, -1), name, [left], context.checker),
        valueInto(right, (value) => [left, ' = ', value, ';'], context),
      ),
    ];
  const before = context.fresh('before');
  return [
    [`const ${before} = `, left, ';'],
    ...valueInto(right, (value) => [left, ` = ${before} ${operator.slice(0, -1)} (`, value, ');'], context),
  ];
}

function isAssignment({ operatorToken: { kind } }: ts.BinaryExpression): boolean {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}

/** A promise that is returned from a `try` block leaves it, and its failure with it. */
function isInTryBlock(statement: ts.Node): boolean {
  for (let node = statement; !ts.isFunctionLike(node); node = node.parent)
    if (ts.isTryStatement(node.parent) && node.parent.tryBlock === node) return true;
  return false;
}
