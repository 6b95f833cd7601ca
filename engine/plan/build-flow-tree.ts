import type { Diagnostic, Span } from '../../diagnostics/diagnostic.ts';
import { diag } from '../../diagnostics/catalog.gen.ts';
import type { AskSite } from '../find/find-asks.ts';
import { planAskKeys } from './plan-ask-keys.ts';
import type { AnswerUse, AskPoint, FlowNode } from './flow-tree.ts';
import { isAssignmentOperator } from '../analyze/collect-references.ts';
import { isRepeatable } from '../analyze/infer-effects.ts';
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
  checker: ts.TypeChecker,
): { readonly tree: FlowTree } | { readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const keys = planAskKeys(sites);
  const asks: AskPoint[] = [];

  const lowerStatements = (statements: readonly ts.Statement[]): FlowNode[] =>
    statements.flatMap(lowerStatement);

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
    const whenFalse =
      statement.elseStatement === undefined ? [] : lowerStatements(statementsOf(statement.elseStatement));
    return [...head, { kind: 'if', statement, whenTrue, whenFalse }];
  };

  const lowerAskStatement = (statement: ts.Statement, inside: readonly AskSite[]): FlowNode[] => {
    const [site, second] = inside;
    if (site === undefined) return [];
    if (second !== undefined) {
      diagnostics.push(diag.severalAsksInStatement(spanOf(second.call), { count: inside.length }));
      return [];
    }
    const use = answerUse(statement, site, checker);
    if (typeof use === 'function') {
      diagnostics.push(use(site));
      return [];
    }
    const ask: AskPoint = { site, use, key: keys.get(site) ?? 'answer' };
    asks.push(ask);
    const node: FlowNode = { kind: 'ask', statement, ask };
    return use.form === 'head' && !ts.isIfStatement(statement)
      ? [node, { kind: 'plain', statement }]
      : [node];
  };

  const nodes = lowerStatements(body.statements);
  return diagnostics.length > 0 ? { diagnostics } : { tree: { nodes, asks } };
}

function statementsOf(statement: ts.Statement): readonly ts.Statement[] {
  return ts.isBlock(statement) ? statement.statements : [statement];
}

type Refusal = (site: AskSite) => Diagnostic;

function answerUse(statement: ts.Statement, site: AskSite, checker: ts.TypeChecker): AnswerUse | Refusal {
  const awaited = awaitedAsk(site.call);
  if (awaited === undefined)
    return ({ call }) => diag.askNotAwaited(spanOf(call), { callee: call.expression.getText() });
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
    if (
      ts.isVariableDeclaration(parent) &&
      parent.initializer === awaited &&
      (list.flags & ts.NodeFlags.Using) !== ts.NodeFlags.Using
    ) {
      return { form: 'declare', declaration: parent, list };
    }
  }
  const owner = ownerOf(statement);
  if (owner === undefined) {
    return ({ call }) =>
      diag.askInsideStatement(spanOf(call), {
        statement: STATEMENT_NAMES.get(statement.kind) ?? 'statement',
      });
  }
  const whole = ts.isParenthesizedExpression(parent) ? parent : awaited;
  return isHead(whole, owner, checker)
    ? { form: 'head', awaited: whole }
    : ({ call }) => diag.askInOperand(spanOf(call));
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

/**
 * True when all that the statement evaluates before the ask has the same value after it, so that the ask can move in
 * front. Operands are evaluated from left to right (ECMA-262 §13).
 */
function isHead(awaited: ts.Expression, owner: ts.Statement, checker: ts.TypeChecker): boolean {
  const isInert = (node: ts.Node): boolean => isRepeatable(node, (symbol) => isConstant(symbol), checker);
  for (let node: ts.Node = awaited; node.parent !== owner; node = node.parent) {
    const earlier = evaluatedBefore(node, node.parent);
    if (earlier === undefined || !earlier.every((sibling) => isInert(sibling) || isPlainCallee(sibling)))
      return false;
  }
  return true;
}

/** The operands of `parent` that are evaluated before its operand `node`; undefined when `node` may not be evaluated at all. */
function evaluatedBefore(node: ts.Node, parent: ts.Node): readonly ts.Node[] | undefined {
  if (ts.isCallExpression(parent)) {
    const position = parent.arguments.indexOf(node as ts.Expression);
    return position < 0 ? [] : [parent.expression, ...parent.arguments.slice(0, position)];
  }
  if (ts.isBinaryExpression(parent)) return evaluatedBeforeOperand(node, parent);
  if (ts.isConditionalExpression(parent)) return parent.condition === node ? [] : undefined;
  if (ts.isTemplateExpression(parent)) {
    return parent.templateSpans
      .slice(0, parent.templateSpans.indexOf(node as ts.TemplateSpan))
      .map((span) => span.expression);
  }
  if (ts.isArrayLiteralExpression(parent))
    return parent.elements.slice(0, parent.elements.indexOf(node as ts.Expression));
  if (ts.isObjectLiteralExpression(parent)) {
    return parent.properties.slice(0, parent.properties.indexOf(node as ts.ObjectLiteralElementLike));
  }
  if (ts.isVariableDeclaration(parent)) return ts.isIdentifier(parent.name) ? [] : undefined;
  if (ts.isVariableDeclarationList(parent)) return parent.declarations.length === 1 ? [] : undefined;
  if (ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent))
    return parent.expression === node ? [] : undefined;
  return TRANSPARENT_KINDS.has(parent.kind) ? [] : undefined;
}

const TRANSPARENT_KINDS: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.AsExpression,
  ts.SyntaxKind.AwaitExpression,
  ts.SyntaxKind.NonNullExpression,
  ts.SyntaxKind.ParenthesizedExpression,
  ts.SyntaxKind.PrefixUnaryExpression,
  ts.SyntaxKind.PropertyAssignment,
  ts.SyntaxKind.SatisfiesExpression,
  ts.SyntaxKind.SpreadElement,
  ts.SyntaxKind.TemplateSpan,
  ts.SyntaxKind.TypeOfExpression,
]);

const SHORT_CIRCUIT: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.QuestionQuestionToken,
]);

function evaluatedBeforeOperand(node: ts.Node, parent: ts.BinaryExpression): readonly ts.Node[] | undefined {
  const { kind } = parent.operatorToken;
  if (parent.left === node) return isAssignmentOperator(kind) ? undefined : [];
  // `x = …` evaluates nothing before its right side; `x += …` and `x.y = …` do.
  if (isAssignmentOperator(kind))
    return kind === ts.SyntaxKind.EqualsToken && ts.isIdentifier(parent.left) ? [] : undefined;
  return SHORT_CIRCUIT.has(kind) ? undefined : [parent.left];
}

/** A function called by its own name, or a method of a global such as `JSON.stringify`: reading it has no effect. */
function isPlainCallee(node: ts.Node): boolean {
  const { parent } = node;
  if (!ts.isCallExpression(parent) || parent.expression !== node) return false;
  return ts.isIdentifier(node) || (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression));
}

function isConstant(symbol: ts.Symbol): boolean {
  const declaration = symbol.valueDeclaration;
  if (declaration === undefined) return false;
  if (ts.isFunctionDeclaration(declaration) || ts.isImportSpecifier(declaration)) return true;
  const owner = ts.isBindingElement(declaration)
    ? ts.walkUpBindingElementsAndPatterns(declaration)
    : declaration;
  return ts.isVariableDeclaration(owner) && (ts.getCombinedNodeFlags(owner) & ts.NodeFlags.Const) !== 0;
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
