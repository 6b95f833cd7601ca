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
    if (ts.isIfStatement(node))
      return !this.#isSessionCondition(node.expression) || this.#hasCheck(node.expression);
    if (ts.isBinaryExpression(node) || ts.isConditionalExpression(node)) return true;
    if (ts.isTryStatement(node)) return call.pos >= node.tryBlock.end;
    return ts.isSwitchStatement(node) || ts.isIterationStatement(node, false);
  }

  #hasCheck(node: ts.Node): boolean {
    if (ts.isFunctionLike(node)) return false;
    if (ts.isReturnStatement(node) || ts.isThrowStatement(node)) return true;
    if (ts.isIfStatement(node) && this.#isSessionCondition(node.expression))
      return this.#hasCheck(node.expression);
    if (ts.isCallExpression(node) && !isLog(node)) {
      if (node.arguments.some((argument) => this.#isOfRequest(argument))) return true;
    }
    if (isAssignment(node) && this.#isOfRequest(node.left)) return true;
    return ts.forEachChild(node, (child) => this.#hasCheck(child)) === true;
  }

  /** Whether each operand of a condition is about the session. */
  #isSessionCondition(condition: ts.Expression): boolean {
    if (ts.isParenthesizedExpression(condition)) return this.#isSessionCondition(condition.expression);
    if (ts.isPrefixUnaryExpression(condition)) return this.#isSessionCondition(condition.operand);
    if (ts.isBinaryExpression(condition) && isLogical(condition.operatorToken.kind))
      return this.#isSessionCondition(condition.left) && this.#isSessionCondition(condition.right);
    return this.#mentionsSession(condition);
  }

  #mentionsSession(node: ts.Node): boolean {
    if (this.#isSession(node)) return true;
    return ts.forEachChild(node, (child) => this.#mentionsSession(child)) === true;
  }

  /** The id of a session, its transport, or what is found by the id. */
  #isSession(node: ts.Node): boolean {
    if (ts.isStringLiteralLike(node)) return SESSION.test(node.text);
    if (!ts.isIdentifier(node)) return false;
    if (SESSION.test(node.text) || isSseTransport(node, this.#checker)) return true;
    const initializer = this.#initializerOf(node);
    return initializer !== undefined && SESSION.test(initializer.getText());
  }

  /** Whether a value comes from the request or the response, other than by the session. */
  #isOfRequest(node: ts.Node): boolean {
    if (ts.isFunctionLike(node)) return false;
    if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) {
      const key = ts.isPropertyAccessExpression(node) ? node.name : node.argumentExpression;
      return !this.#isSession(key) && this.#isOfRequest(node.expression);
    }
    if (!ts.isIdentifier(node)) return ts.forEachChild(node, (child) => this.#isOfRequest(child)) === true;
    if (this.#isSession(node)) return false;
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
