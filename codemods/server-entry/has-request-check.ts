import { ts } from '../../engine/syntax/ts.ts';
import { isSseTransport, resolvedSymbol } from './sdk-symbols.ts';

const SESSION = /session_?id/i;

/**
 * Whether a listener may refuse a request, or add something to it, before it makes `call`, for a reason other than its
 * session: by an exit, a branch, a change of the request, or a function that is given something of it.
 */
export function hasRequestCheck(
  call: ts.CallExpression,
  listener: ts.SignatureDeclaration,
  checker: ts.TypeChecker,
): boolean {
  return new RequestChecks(listener, checker).areBefore(call);
}

class RequestChecks {
  readonly #listener: ts.SignatureDeclaration;
  readonly #checker: ts.TypeChecker;

  constructor(listener: ts.SignatureDeclaration, checker: ts.TypeChecker) {
    this.#listener = listener;
    this.#checker = checker;
  }

  areBefore(call: ts.CallExpression): boolean {
    for (let node: ts.Node = call; node !== this.#listener; node = node.parent) {
      if (this.#isForeignBranch(node, call)) return true;
      if (!ts.isStatement(node) || !ts.isBlock(node.parent)) continue;
      const { statements } = node.parent;
      if (statements.slice(0, statements.indexOf(node)).some((before) => this.#hasCheck(before))) return true;
    }
    return false;
  }

  #isForeignBranch(node: ts.Node, call: ts.Node): boolean {
    if (ts.isIfStatement(node)) return !this.#isSessionCondition(node.expression);
    if (ts.isBinaryExpression(node) || ts.isConditionalExpression(node)) return true;
    if (ts.isTryStatement(node)) return call.pos >= node.tryBlock.end;
    return ts.isSwitchStatement(node) || ts.isIterationStatement(node, false);
  }

  #hasCheck(node: ts.Node): boolean {
    if (ts.isFunctionLike(node)) return false;
    if (ts.isReturnStatement(node) || ts.isThrowStatement(node)) return true;
    if (ts.isIfStatement(node) && this.#isSessionCondition(node.expression)) return false;
    if (ts.isCallExpression(node) && !isLog(node) && this.#isGivenRequest(node)) return true;
    if (isAssignment(node) && this.#isOfRequest(node.left)) return true;
    return ts.forEachChild(node, (child) => this.#hasCheck(child)) === true;
  }

  /** `verify(req.headers)`, or `next()` of the listener. */
  #isGivenRequest({ expression, arguments: given }: ts.CallExpression): boolean {
    const isOwn = ts.isIdentifier(expression) && this.#isOfRequest(expression);
    return isOwn || given.some((argument) => this.#isOfRequest(argument));
  }

  /** Whether a condition asks no more than whether there is a session, and which transport it has. */
  #isSessionCondition(condition: ts.Expression): boolean {
    const inner = (next: ts.Expression): boolean => this.#isSessionCondition(next);
    if (ts.isParenthesizedExpression(condition)) return inner(condition.expression);
    if (ts.isPrefixUnaryExpression(condition)) return inner(condition.operand);
    if (ts.isTypeOfExpression(condition)) return inner(condition.expression);
    if (!ts.isBinaryExpression(condition)) return this.#isSession(condition);
    const { left, operatorToken, right } = condition;
    if (isLogical(operatorToken.kind)) return inner(left) && inner(right);
    const isCompared = COMPARISONS.has(operatorToken.kind) && isFixedValue(right);
    return (isCompared || operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword) && inner(left);
  }

  /** The id of a session, its transport, or what is found by the id. */
  #isSession(node: ts.Expression): boolean {
    const inner = (next: ts.Expression): boolean => this.#isSession(next);
    if (ts.isAsExpression(node) || ts.isNonNullExpression(node) || ts.isParenthesizedExpression(node))
      return inner(node.expression);
    if (isSseTransport(node, this.#checker)) return true;
    if (ts.isStringLiteralLike(node)) return SESSION.test(node.text);
    if (ts.isPropertyAccessExpression(node)) return SESSION.test(node.name.text);
    if (ts.isElementAccessExpression(node)) return inner(node.argumentExpression);
    if (ts.isBinaryExpression(node)) return isDefault(node) && inner(node.left);
    if (ts.isCallExpression(node)) return isLookup(node) && node.arguments.every(inner);
    if (!ts.isIdentifier(node)) return false;
    const initializer = this.#initializerOf(node);
    return initializer === undefined ? SESSION.test(node.text) : this.#isFound(node, initializer);
  }

  /** `const id = req.query.sessionId`, or `{ sessionId }` taken out of the query. */
  #isFound(name: ts.Identifier, initializer: ts.Expression): boolean {
    const declaration = resolvedSymbol(name, this.#checker)?.valueDeclaration;
    if (declaration === undefined || !ts.isBindingElement(declaration)) return this.#isSession(initializer);
    return SESSION.test((declaration.propertyName ?? declaration.name).getText());
  }

  /** Whether a value comes from the request or the response, other than by the session. */
  #isOfRequest(node: ts.Node): boolean {
    if (ts.isFunctionLike(node)) return false;
    if (ts.isExpression(node) && this.#isSession(node)) return false;
    if (ts.isPropertyAccessExpression(node)) return this.#isOfRequest(node.expression);
    if (!ts.isIdentifier(node)) return ts.forEachChild(node, (child) => this.#isOfRequest(child)) === true;
    const declaration = resolvedSymbol(node, this.#checker)?.valueDeclaration;
    const parameter = declaration && ts.findAncestor(declaration, ts.isParameter);
    if (parameter?.parent === this.#listener) return true;
    const initializer = this.#initializerOf(node);
    return initializer !== undefined && this.#isOfRequest(initializer);
  }

  /** What a variable of the listener is declared with, as a whole where it is taken out of that. */
  #initializerOf(name: ts.Identifier): ts.Expression | undefined {
    const declared = resolvedSymbol(name, this.#checker)?.valueDeclaration;
    const declaration = declared && ts.findAncestor(declared, ts.isVariableDeclaration);
    const isOwn =
      declaration !== undefined &&
      ts.findAncestor(declaration, (node) => node === this.#listener) !== undefined;
    const { initializer } = isOwn ? declaration : {};
    return initializer !== undefined && initializer.end <= name.pos ? initializer : undefined;
  }
}

const COMPARISONS: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.EqualsEqualsToken,
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
]);

function isFixedValue(node: ts.Expression): boolean {
  const isNothing = node.kind === ts.SyntaxKind.NullKeyword || node.getText() === 'undefined';
  return isNothing || ts.isStringLiteralLike(node);
}

/** `id ?? ''` */
function isDefault({ operatorToken, right }: ts.BinaryExpression): boolean {
  const { kind } = operatorToken;
  const isOr = kind === ts.SyntaxKind.QuestionQuestionToken || kind === ts.SyntaxKind.BarBarToken;
  return isOr && isFixedValue(right);
}

/** `transports.get(id)`, `transports.has(id)`, `String(id)` */
function isLookup({ expression, arguments: given }: ts.CallExpression): boolean {
  const isMethod = ts.isPropertyAccessExpression(expression) && ['get', 'has'].includes(expression.name.text);
  return given.length === 1 && (isMethod || expression.getText() === 'String');
}

function isLogical(kind: ts.SyntaxKind): boolean {
  return kind === ts.SyntaxKind.AmpersandAmpersandToken || kind === ts.SyntaxKind.BarBarToken;
}

function isAssignment(node: ts.Node): node is ts.BinaryExpression {
  return ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken;
}

/** `console.log(…)` and the like. */
export function isLog({ expression }: ts.CallExpression): boolean {
  return ts.isPropertyAccessExpression(expression) && expression.expression.getText() === 'console';
}
