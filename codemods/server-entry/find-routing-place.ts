import { ts } from '../../engine/syntax/ts.ts';
import { isHttpTransport, isSdkExport, sdkMethod } from './sdk-symbols.ts';

export interface LegacyPath {
  readonly connect: ts.CallExpression;
  /** Makes the server of the legacy path. */
  readonly factory: ts.CallExpression;
  /** What the listener is given and hands on, as it writes it. */
  readonly given: ReadonlySet<string>;
  readonly checker: ts.TypeChecker;
}

const SESSION_HEADER = 'mcp-session-id';

/**
 * The statement that modern requests must be routed in front of: the first one at or after `start` that belongs to the
 * sessions of the legacy era. All that stands before it, such as a check of the path or of a token, holds for both eras.
 * @returns why there is none: a check behind it would no longer hold for modern requests
 */
export function findRoutingPlace(start: ts.Statement, path: LegacyPath): ts.Statement | string {
  const place = firstLegacyStatement(start, path);
  if (place === undefined) return 'there is no place where the body is known';
  return hasCheckBeforeConnect(place, path)
    ? 'a check between the session and the connection would not hold for modern requests'
    : place;
}

/**
 * The place for a listener that reads the body when it has connected the server already, which it makes for each request:
 * in front of its last statement, which hands the request to the transport. All checks stand before that. The server that
 * was connected is left without a request, as it is when the body is refused.
 * @returns why there is none
 */
export function findLatePlace(
  start: ts.Statement,
  handling: ts.CallExpression,
  path: LegacyPath,
): ts.Statement | string {
  const place = statementsFrom(start).at(-1);
  const listener = ts.findAncestor(handling, ts.isFunctionLike);
  const isLast = place !== undefined && isStatementOf(place, handling);
  const connected = ts.findAncestor(path.connect, ts.isStatement);
  const isForEach =
    connected?.parent === place?.parent && listener !== undefined && contains(listener, path.factory);
  return isLast && isForEach && !listener.getText().toLowerCase().includes(SESSION_HEADER)
    ? place
    : 'the body is read after the server was connected';
}

function isStatementOf(statement: ts.Statement, call: ts.CallExpression): boolean {
  if (!ts.isExpressionStatement(statement) && !ts.isReturnStatement(statement)) return false;
  const { expression } = statement;
  return (
    expression === call ||
    (expression !== undefined && ts.isAwaitExpression(expression) && expression.expression === call)
  );
}

function firstLegacyStatement(start: ts.Statement, path: LegacyPath): ts.Statement | undefined {
  for (const statement of statementsFrom(start)) {
    const inner = contains(statement, path.connect) ? plainBlockOf(statement, path.connect) : undefined;
    const [first] = inner?.statements ?? [];
    if (first !== undefined) return firstLegacyStatement(first, path);
    if (contains(statement, path.connect) || contains(statement, path.factory)) return statement;
    if (mentionsSession(statement, path.checker)) return statement;
  }
  return undefined;
}

/** A block that runs whenever the statement does. */
function plainBlockOf(statement: ts.Statement, connect: ts.Node): ts.Block | undefined {
  const block = ts.isTryStatement(statement) ? statement.tryBlock : statement;
  return ts.isBlock(block) && contains(block, connect) ? block : undefined;
}

function hasCheckBeforeConnect(place: ts.Statement, path: LegacyPath): boolean {
  for (let node: ts.Node = path.connect; node !== place.parent; node = node.parent) {
    if (isForeignBranch(node, path)) return true;
    if (!ts.isStatement(node) || !ts.isBlock(node.parent)) continue;
    const { statements } = node.parent;
    const before = statements.slice(0, statements.indexOf(node));
    if (before.some((statement) => statement.pos >= place.pos && hasCheck(statement, path))) return true;
  }
  return false;
}

/** A branch that is not taken for lack of a session alone. */
function isForeignBranch(node: ts.Node, { connect, checker }: LegacyPath): boolean {
  if (ts.isIfStatement(node))
    return !contains(node.expression, connect) && !isSessionCondition(node.expression, checker);
  return (
    ts.isSwitchStatement(node) || ts.isIterationStatement(node, false) || ts.isConditionalExpression(node)
  );
}

/** Something that may answer or refuse the request: an exit, or a function that is given the request or the response. */
function hasCheck(node: ts.Node, path: LegacyPath): boolean {
  // What makes the server of a modern request is done for that, too.
  if (ts.isFunctionLike(node) || node === path.factory) return false;
  if (ts.isReturnStatement(node) || ts.isThrowStatement(node)) return true;
  if (ts.isIfStatement(node) && isSessionCondition(node.expression, path.checker)) return false;
  if (ts.isCallExpression(node) && sdkMethod(node, path.checker) === undefined) {
    if (node.arguments.some((argument) => path.given.has(argument.getText()))) return true;
  }
  return ts.forEachChild(node, (child) => hasCheck(child, path)) === true;
}

/** Whether each operand of a condition is about the session, so that the condition lets no other refusal through. */
function isSessionCondition(condition: ts.Expression, checker: ts.TypeChecker): boolean {
  if (ts.isParenthesizedExpression(condition)) return isSessionCondition(condition.expression, checker);
  if (ts.isPrefixUnaryExpression(condition)) return isSessionCondition(condition.operand, checker);
  if (ts.isBinaryExpression(condition) && isLogical(condition.operatorToken.kind))
    return isSessionCondition(condition.left, checker) && isSessionCondition(condition.right, checker);
  return mentionsSession(condition, checker);
}

function isLogical(kind: ts.SyntaxKind): boolean {
  return kind === ts.SyntaxKind.AmpersandAmpersandToken || kind === ts.SyntaxKind.BarBarToken;
}

/** The session header, a variable read from it, the transport of a session, or the question whether one begins. */
function mentionsSession(node: ts.Node, checker: ts.TypeChecker): boolean {
  if (ts.isStringLiteralLike(node) && node.text.toLowerCase() === SESSION_HEADER) return true;
  if (ts.isNewExpression(node) && isHttpTransport(node, 'any', checker)) return true;
  if (ts.isIdentifier(node) && isOfSession(node, checker)) return true;
  return ts.forEachChild(node, (child) => mentionsSession(child, checker)) === true;
}

function isOfSession(name: ts.Identifier, checker: ts.TypeChecker): boolean {
  if (isSdkExport(name, 'isInitializeRequest', checker)) return true;
  if (isHttpTransport(name, 'any', checker)) return true;
  const declaration = checker.getSymbolAtLocation(name)?.valueDeclaration;
  if (declaration === undefined || !ts.isVariableDeclaration(declaration)) return false;
  const { initializer } = declaration;
  return (
    initializer !== undefined && declaration.name !== name && /mcp-session-id/i.test(initializer.getText())
  );
}

function statementsFrom(start: ts.Statement): readonly ts.Statement[] {
  if (!ts.isBlock(start.parent)) return [start];
  const { statements } = start.parent;
  return statements.slice(statements.indexOf(start));
}

function contains(outer: ts.Node, inner: ts.Node): boolean {
  return outer.pos <= inner.pos && inner.end <= outer.end;
}
