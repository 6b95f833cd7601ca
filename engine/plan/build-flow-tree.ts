import type { Diagnostic, Span } from '../../diagnostics/diagnostic.ts';
import { diag } from '../../diagnostics/catalog.gen.ts';
import type { AskSite } from '../find/find-asks.ts';
import { planAskKeys } from './plan-ask-keys.ts';
import type { AnswerUse, AskPoint, FlowNode } from './flow-tree.ts';
import { isAssignmentOperator } from '../analyze/collect-references.ts';
import { ts } from '../syntax/ts.ts';

export interface FlowTree {
  readonly nodes: readonly FlowNode[];
  readonly asks: readonly AskPoint[];
}

/**
 * Lowers the body of a handler to its flow tree, or says for each ask why the readable rungs cannot take it.
 * Requires: every site lies below `body`.
 */
export function buildFlowTree(
  body: ts.Block,
  sites: readonly AskSite[],
): { readonly tree: FlowTree } | { readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const keys = planAskKeys(sites);
  const asks: AskPoint[] = [];

  const lowerStatements = (statements: readonly ts.Statement[]): FlowNode[] => statements.flatMap(lowerStatement);

  const lowerStatement = (statement: ts.Statement): FlowNode[] => {
    const inside = sites.filter((site) => contains(statement, site.call));
    if (inside.length === 0) return [{ kind: 'plain', statement }];
    if (ts.isIfStatement(statement)) return lowerIf(statement, inside);
    return lowerAskStatement(statement, inside);
  };

  const lowerIf = (statement: ts.IfStatement, inside: readonly AskSite[]): FlowNode[] => {
    const inCondition = inside.filter((site) => contains(statement.expression, site.call));
    const head = inCondition.length > 0 ? lowerAskStatement(statement, inCondition) : [];
    const whenTrue = lowerStatements(statementsOf(statement.thenStatement));
    const whenFalse = statement.elseStatement === undefined ? [] : lowerStatements(statementsOf(statement.elseStatement));
    return [...head, { kind: 'if', statement, whenTrue, whenFalse }];
  };

  const lowerAskStatement = (statement: ts.Statement, inside: readonly AskSite[]): FlowNode[] => {
    const [site, second] = inside;
    if (site === undefined) return [];
    if (second !== undefined) {
      diagnostics.push(diag.severalAsksInStatement(spanOf(second.call), { count: inside.length }));
      return [];
    }
    const use = answerUse(statement, site);
    if (typeof use === 'function') {
      diagnostics.push(use(site));
      return [];
    }
    const ask: AskPoint = { site, use, key: keys.get(site) ?? 'answer' };
    asks.push(ask);
    const node: FlowNode = { kind: 'ask', statement, ask };
    return use.form === 'head' && !ts.isIfStatement(statement) ? [node, { kind: 'plain', statement }] : [node];
  };

  const nodes = lowerStatements(body.statements);
  return diagnostics.length > 0 ? { diagnostics } : { tree: { nodes, asks } };
}

export function statementsOf(statement: ts.Statement): readonly ts.Statement[] {
  return ts.isBlock(statement) ? statement.statements : [statement];
}

type Refusal = (site: AskSite) => Diagnostic;

function answerUse(statement: ts.Statement, site: AskSite): AnswerUse | Refusal {
  const awaited = awaitedAsk(site.call);
  if (awaited === undefined) return ({ call }) => diag.askNotAwaited(spanOf(call), { callee: call.expression.getText() });
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
    if (list.declarations.length > 1) return ({ call }) => diag.askAmongDeclarations(spanOf(call));
    if (ts.isVariableDeclaration(parent) && parent.initializer === awaited && (list.flags & ts.NodeFlags.Using) !== ts.NodeFlags.Using) {
      return { form: 'declare', declaration: parent, list };
    }
  }
  const owner = ownerOf(statement);
  if (owner === undefined) {
    return ({ call }) => diag.askInsideStatement(spanOf(call), { statement: STATEMENT_NAMES.get(statement.kind) ?? 'statement' });
  }
  return isHead(awaited, owner) ? { form: 'head', awaited } : ({ call }) => diag.askInOperand(spanOf(call));
}

/** `await ask`, with parentheses and type assertions around the call looked through. */
function awaitedAsk(call: ts.CallExpression): ts.AwaitExpression | undefined {
  let node: ts.Node = call;
  while (ts.isParenthesizedExpression(node.parent) || ts.isAsExpression(node.parent)) node = node.parent;
  return ts.isAwaitExpression(node.parent) ? node.parent : undefined;
}

/** The statement, when its expression is evaluated once and at once. */
function ownerOf(statement: ts.Statement): ts.Statement | undefined {
  return ts.isExpressionStatement(statement) ||
    ts.isVariableStatement(statement) ||
    ts.isReturnStatement(statement) ||
    ts.isThrowStatement(statement) ||
    ts.isIfStatement(statement)
    ? statement
    : undefined;
}

/** True when nothing of the statement is evaluated before the ask, so that moving it in front changes no order. */
function isHead(awaited: ts.Expression, owner: ts.Statement): boolean {
  let node: ts.Node = awaited;
  while (node.parent !== owner) {
    const { parent } = node;
    const first =
      ts.isParenthesizedExpression(parent) ||
      ts.isAsExpression(parent) ||
      ts.isNonNullExpression(parent) ||
      ts.isSatisfiesExpression(parent) ||
      ts.isAwaitExpression(parent) ||
      ts.isTypeOfExpression(parent) ||
      ts.isPrefixUnaryExpression(parent) ||
      ((ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent) || ts.isCallExpression(parent)) &&
        parent.expression === node) ||
      (ts.isConditionalExpression(parent) && parent.condition === node) ||
      (ts.isBinaryExpression(parent) && isFirstOperand(parent, node)) ||
      (ts.isVariableDeclaration(parent) && ts.isIdentifier(parent.name)) ||
      (ts.isVariableDeclarationList(parent) && parent.declarations.length === 1);
    if (!first) return false;
    node = parent;
  }
  return true;
}

function isFirstOperand(parent: ts.BinaryExpression, node: ts.Node): boolean {
  if (!isAssignmentOperator(parent.operatorToken.kind)) return parent.left === node;
  // `x = …` evaluates nothing before its right side; `x += …` and `x.y = …` do.
  return parent.operatorToken.kind === ts.SyntaxKind.EqualsToken && parent.right === node && ts.isIdentifier(parent.left);
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

export function contains(outer: ts.Node, inner: ts.Node): boolean {
  return inner.pos >= outer.pos && inner.end <= outer.end;
}

/** The text range of a node without its leading comments. */
export function spanOf(node: ts.Node): Span {
  return { file: node.getSourceFile().fileName, start: node.getStart(), end: node.end };
}
