import { isAssignmentOperator } from '../analyze/collect-references.ts';
import { isRepeatable } from '../analyze/infer-effects.ts';
import { ts } from '../syntax/ts.ts';

/** The statement, when its expression is evaluated once and at once. */
export function ownerOf(statement: ts.Statement): ts.Statement | undefined {
  return ts.isExpressionStatement(statement) ||
    ts.isVariableStatement(statement) ||
    ts.isReturnStatement(statement) ||
    ts.isThrowStatement(statement) ||
    ts.isIfStatement(statement)
    ? statement
    : undefined;
}

/**
 * True when all that the statement, or the operand of `owner` with the ask, evaluates before the ask has the same value after it, so that the ask can move in
 * front. Operands are evaluated from left to right (ECMA-262 §13).
 */
export function isHead(awaited: ts.Expression, owner: ts.Node, checker: ts.TypeChecker): boolean {
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

export function isConstant(symbol: ts.Symbol): boolean {
  const declaration = symbol.valueDeclaration;
  if (declaration === undefined) return false;
  if (ts.isFunctionDeclaration(declaration) || ts.isImportSpecifier(declaration)) return true;
  const owner = ts.isBindingElement(declaration)
    ? ts.walkUpBindingElementsAndPatterns(declaration)
    : declaration;
  return ts.isVariableDeclaration(owner) && (ts.getCombinedNodeFlags(owner) & ts.NodeFlags.Const) !== 0;
}
