import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { diag } from '../../diagnostics/catalog.gen.ts';
import type { AskSite } from '../find/find-asks.ts';
import { ts } from '../syntax/ts.ts';
import { concurrencyProblem } from './concurrent-asks.ts';
import { isHead, ownerOf } from './evaluation-order.ts';
import type { AnswerUse } from './flow-tree.ts';
import { spanOf } from './span-of.ts';

/** How a statement with one ask uses its answer, or why the readable rungs cannot take it. */
export function answerUse(
  statement: ts.Statement,
  site: AskSite,
  checker: ts.TypeChecker,
): AnswerUse | Diagnostic {
  const { call } = site;
  const awaited = awaitedAsk(call);
  if (awaited === undefined)
    return (
      concurrencyProblem([site]) ?? diag.askNotAwaited(spanOf(call), { callee: call.expression.getText() })
    );
  const { parent } = awaited;
  if (ts.isExpressionStatement(statement) && parent === statement) return { form: 'discard' };
  if (
    ts.isExpressionStatement(statement) &&
    ts.isBinaryExpression(parent) &&
    parent.parent === statement &&
    parent.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
    ts.isIdentifier(parent.left)
  ) {
    return { form: 'assign', target: parent.left };
  }
  if (ts.isVariableStatement(statement)) {
    const list = statement.declarationList;
    if (list.declarations.length > 1) return diag.askAmongDeclarations(spanOf(call));
    if (ts.isVariableDeclaration(parent) && parent.initializer === awaited && !isUsing(list))
      return { form: 'declare', declaration: parent, list };
  }
  const owner = ownerOf(statement);
  if (owner === undefined)
    return diag.askInsideStatement(spanOf(call), { statement: nameOfStatement(statement) });
  const whole = ts.isParenthesizedExpression(parent) ? parent : awaited;
  return isHead(whole, owner, checker) ? { form: 'head', awaited: whole } : diag.askInOperand(spanOf(call));
}

/** How a statement uses the answers of `await Promise.all([ask, ask])`, where all of its asks are of that form. */
export function answersUse(statement: ts.Statement, sites: readonly AskSite[]): AnswerUse | Diagnostic {
  const [first] = sites;
  const elements = first?.call.parent;
  const refusal =
    concurrencyProblem(sites) ??
    diag.severalAsksInStatement(first && spanOf(first.call), { count: sites.length });
  if (elements === undefined || !ts.isArrayLiteralExpression(elements)) return refusal;
  const all = elements.parent;
  const isBatch =
    elements.elements.length === sites.length &&
    sites.every(({ kind }) => kind !== 'helper') &&
    sites.every(({ call }) => call.parent === elements) &&
    isPromiseAll(all) &&
    ts.isAwaitExpression(all.parent);
  if (!isBatch) return refusal;
  const { parent } = all.parent;
  if (parent === statement) return { form: 'discard' };
  if (!ts.isVariableStatement(statement) || statement.declarationList.declarations.length > 1) return refusal;
  const list = statement.declarationList;
  if (!ts.isVariableDeclaration(parent) || !ts.isArrayBindingPattern(parent.name) || isUsing(list))
    return refusal;
  const names = sites.map((_, index) => {
    const element = (parent.name as ts.ArrayBindingPattern).elements[index];
    return element === undefined || ts.isOmittedExpression(element) ? undefined : element;
  });
  const isPlain = names.every(
    (name) => name?.initializer === undefined && name?.dotDotDotToken === undefined,
  );
  if (!isPlain || parent.name.elements.length > sites.length || parent.type !== undefined) return refusal;
  return { form: 'declare-each', elements: names, pattern: parent.name, list };
}

function isPromiseAll(node: ts.Node): node is ts.CallExpression {
  return ts.isCallExpression(node) && node.expression.getText() === 'Promise.all';
}

function isUsing(list: ts.VariableDeclarationList): boolean {
  return (list.flags & ts.NodeFlags.Using) === ts.NodeFlags.Using;
}

/** `await ask`, with parentheses and type assertions around the call looked through. */
function awaitedAsk(call: ts.CallExpression): ts.AwaitExpression | undefined {
  let node: ts.Node = call;
  while (ts.isParenthesizedExpression(node.parent) || ts.isAsExpression(node.parent)) node = node.parent;
  return ts.isAwaitExpression(node.parent) ? node.parent : undefined;
}

/** What a diagnostic calls a kind of statement. */
export function nameOfStatement(statement: ts.Statement): string {
  return STATEMENT_NAMES.get(statement.kind) ?? 'statement';
}

const STATEMENT_NAMES: ReadonlyMap<ts.SyntaxKind, string> = new Map([
  [ts.SyntaxKind.ForStatement, 'a `for` loop'],
  [ts.SyntaxKind.ForOfStatement, 'a `for…of` loop'],
  [ts.SyntaxKind.ForInStatement, 'a `for…in` loop'],
  [ts.SyntaxKind.WhileStatement, 'a `while` loop'],
  [ts.SyntaxKind.DoStatement, 'a `do…while` loop'],
  [ts.SyntaxKind.SwitchStatement, 'a `switch`'],
  [ts.SyntaxKind.TryStatement, 'a `try` statement'],
  [ts.SyntaxKind.LabeledStatement, 'a labelled statement'],
  [ts.SyntaxKind.Block, 'a nested block'],
]);
