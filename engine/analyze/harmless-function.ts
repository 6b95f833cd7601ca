import { isAssignmentOperator, isPropertyName } from './collect-references.ts';
import { isStepOperator } from './find-mutations.ts';
import { isPureBuiltinCall, isPureGlobal, isStandardLibrary } from './pure-builtins.ts';
import { ts } from '../syntax/ts.ts';
import { isAsyncFunction } from '../syntax/is-async-function.ts';
import { resolveAlias } from '../syntax/resolve-alias.ts';
import { unwrap } from '../syntax/unwrap.ts';

/** Decides whether a function may read a variable from outside of itself. */
export interface MayRead {
  (symbol: ts.Symbol): boolean;
  readonly hasThis?: boolean;
}

/**
 * Whether a built-in function that is given `argument` can call nothing of the program, or only functions that change
 * nothing and whose results depend on nothing but what they are given and what they may read. Conservative: calls of what
 * is not known, `await` and changes of anything but own variables and objects made on the way may do more.
 */
export function isHarmlessArgument(
  argument: ts.Expression,
  mayRead: MayRead,
  checker: ts.TypeChecker,
): boolean {
  return new HarmlessCalls(mayRead, checker).isArgument(argument);
}

class HarmlessCalls {
  readonly #mayRead: MayRead;
  readonly #checker: ts.TypeChecker;
  /** Functions that are being looked at: one that calls itself does no more for that. */
  readonly #known = new Set<ts.Node>();

  constructor(mayRead: MayRead, checker: ts.TypeChecker) {
    this.#mayRead = mayRead;
    this.#checker = checker;
  }

  isArgument(argument: ts.Expression): boolean {
    const value = unwrap(argument);
    if (ts.isFunctionExpression(value) || ts.isArrowFunction(value)) return this.#isFunction(value);
    if (!this.#isCallable(value)) return !holdsFunction(value);
    const named = this.#functionBehind(value);
    return named === undefined ? isPureGlobal(value, this.#checker) : this.#isFunction(named);
  }

  #isCallable(value: ts.Expression): boolean {
    const type = this.#checker.getTypeAtLocation(value);
    if (type.getCallSignatures().length > 0) return true;
    const expected =
      (type.flags & ts.TypeFlags.Any) === 0 ? undefined : this.#checker.getContextualType(value);
    return (expected?.getCallSignatures().length ?? 0) > 0;
  }

  #isFunction(fn: ts.FunctionLikeDeclaration): boolean {
    if (this.#known.has(fn)) return true;
    this.#known.add(fn);
    if (fn.body === undefined || isAsyncFunction(fn) || fn.asteriskToken !== undefined) return false;
    return [...fn.parameters, fn.body].every((part) => this.#isHarmless(part, fn));
  }

  /** @param within the function whose call evaluates the node, with those inside of it */
  #isHarmless(node: ts.Node, within: ts.Node): boolean {
    if (ts.isTypeNode(node)) return true;
    if (ts.isIdentifier(node)) return this.#isRead(node, within);
    if (node.kind === ts.SyntaxKind.ThisKeyword) return this.#mayRead.hasThis === true;
    if (NEVER_HARMLESS.has(node.kind) || ts.isClassLike(node)) return false;
    if (ts.isFunctionLike(node) && isAsyncFunction(node)) return false;
    if (!this.#isOwnChange(node, within)) return false;
    if (ts.isCallExpression(node) && !this.#isCall(node, within)) return false;
    if (ts.isNewExpression(node) && !isFreshBuiltin(node, this.#checker)) return false;
    const seen = ts.isCallExpression(node) ? this.#calleeOf(node) : undefined;
    return ts.forEachChild(node, (child) => child !== seen && !this.#isHarmless(child, within)) !== true;
  }

  /** What a call names that is no variable it reads: a function that was looked at, an expression without a state. */
  #calleeOf(call: ts.CallExpression): ts.Expression | undefined {
    const isSeen = ts.isIdentifier(call.expression) || isStatelessTest(call, this.#checker);
    return isSeen ? call.expression : undefined;
  }

  #isRead(node: ts.Identifier, within: ts.Node): boolean {
    if (isPropertyName(node) || node.text === 'undefined') return true;
    const symbol = ts.isShorthandPropertyAssignment(node.parent)
      ? this.#checker.getShorthandAssignmentValueSymbol(node.parent)
      : this.#checker.getSymbolAtLocation(node);
    if (symbol === undefined) return false;
    const { declarations = [] } = symbol;
    if (declarations.some((declaration) => isInside(declaration, within))) return true;
    return declarations.some(isOfLanguage) || this.#mayRead(symbol);
  }

  /** Whether an assignment changes an own variable, or an object that was made on the way; other nodes change nothing. */
  #isOwnChange(node: ts.Node, within: ts.Node): boolean {
    const target = changedBy(node);
    if (target === undefined) return true;
    const root = rootOf(target);
    if (root === undefined) return false;
    const isVariable = root === unwrap(target);
    return isVariable ? this.#isOwn(root, within) : this.#isFresh(root, within);
  }

  #isCall(call: ts.CallExpression, within: ts.Node): boolean {
    const areHarmless = call.arguments.every(
      (argument) => isFunctionExpression(argument) || this.isArgument(argument),
    );
    if (!areHarmless) return false;
    if (isPureBuiltinCall(call, this.#checker) || isPureGlobal(call.expression, this.#checker)) return true;
    if (isStatelessTest(call, this.#checker)) return true;
    const root = rootOf(call.expression);
    const declaration = this.#checker.getResolvedSignature(call)?.declaration;
    if (declaration !== undefined && isOfLanguage(declaration))
      return root !== undefined && root !== call.expression && this.#isFresh(root, within);
    const named = this.#functionBehind(call.expression);
    return named !== undefined && this.#isFunction(named);
  }

  #isOwn(name: ts.Identifier, within: ts.Node): boolean {
    const declarations = this.#checker.getSymbolAtLocation(name)?.declarations ?? [];
    return declarations.some((declaration) => isInside(declaration, within));
  }

  /** An object that nothing else has: a variable made of a literal, or what a `reduce` begins with. */
  #isFresh(name: ts.Identifier, within: ts.Node): boolean {
    const declaration = this.#checker.getSymbolAtLocation(name)?.valueDeclaration;
    if (declaration === undefined || !isInside(declaration, within)) return false;
    if (ts.isVariableDeclaration(declaration))
      return declaration.initializer !== undefined && isFreshValue(declaration.initializer);
    return ts.isParameter(declaration) && isFreshValue(beginningOf(declaration));
  }

  /** A function of the program that a name always stands for. */
  #functionBehind(value: ts.Expression): ts.FunctionLikeDeclaration | undefined {
    const symbol = ts.isIdentifier(value) ? this.#checker.getSymbolAtLocation(value) : undefined;
    const declaration = symbol && resolveAlias(symbol, this.#checker).valueDeclaration;
    if (declaration === undefined) return undefined;
    if (ts.isFunctionDeclaration(declaration)) return declaration;
    if (!ts.isVariableDeclaration(declaration) || declaration.initializer === undefined) return undefined;
    if ((ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) === 0) return undefined;
    const made = unwrap(declaration.initializer);
    return isFunctionExpression(made) ? made : undefined;
  }
}

const NEVER_HARMLESS: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.AwaitExpression,
  ts.SyntaxKind.DeleteExpression,
  ts.SyntaxKind.SuperKeyword,
  ts.SyntaxKind.TaggedTemplateExpression,
  ts.SyntaxKind.YieldExpression,
]);

/** What an assignment or a step changes. */
function changedBy(node: ts.Node): ts.Expression | undefined {
  if (ts.isBinaryExpression(node) && isAssignmentOperator(node.operatorToken.kind)) return node.left;
  if (ts.isPostfixUnaryExpression(node)) return node.operand;
  return ts.isPrefixUnaryExpression(node) && isStepOperator(node) ? node.operand : undefined;
}

/** The variable that `x.a[0]` starts with; undefined for patterns and results of calls. */
function rootOf(target: ts.Expression): ts.Identifier | undefined {
  let root = unwrap(target);
  while (ts.isPropertyAccessExpression(root) || ts.isElementAccessExpression(root))
    root = unwrap(root.expression);
  return ts.isIdentifier(root) ? root : undefined;
}

function isFunctionExpression(node: ts.Node): node is ts.ArrowFunction | ts.FunctionExpression {
  return ts.isArrowFunction(node) || ts.isFunctionExpression(node);
}

/** Functions in what is handed over, other than those that are handed to calls in it. */
function holdsFunction(node: ts.Node): boolean {
  if (ts.isFunctionLike(node)) return true;
  if (ts.isCallExpression(node)) return holdsFunction(node.expression);
  return ts.forEachChild(node, holdsFunction) === true;
}

function isInside(node: ts.Node, outer: ts.Node): boolean {
  return node.getSourceFile() === outer.getSourceFile() && node.pos >= outer.pos && node.end <= outer.end;
}

/** Declared by ECMAScript, and not by an environment such as a browser. */
function isOfLanguage(declaration: ts.Node): boolean {
  return isStandardLibrary(declaration) && /lib\.es[^/\\]*$/.test(declaration.getSourceFile().fileName);
}

const BUILT = 'Array Date Error Map RangeError RegExp Set SyntaxError TypeError URL URLSearchParams'.split(
  ' ',
);

/** A built-in object, not the time of day. */
function isFreshBuiltin(
  { expression, arguments: given }: ts.NewExpression,
  checker: ts.TypeChecker,
): boolean {
  const symbol = ts.isIdentifier(expression) ? checker.getSymbolAtLocation(expression) : undefined;
  if (symbol === undefined || !BUILT.includes(symbol.name)) return false;
  const isBuiltin = symbol.declarations?.some(isStandardLibrary) ?? false;
  return isBuiltin && (symbol.name !== 'Date' || (given?.length ?? 0) > 0);
}

function isFreshValue(value: ts.Expression | undefined): boolean {
  const made = value && unwrap(value);
  return (
    made !== undefined &&
    (ts.isArrayLiteralExpression(made) || ts.isObjectLiteralExpression(made) || ts.isNewExpression(made))
  );
}

/** What a `reduce` hands to the first parameter of its callback at first. */
function beginningOf(parameter: ts.ParameterDeclaration): ts.Expression | undefined {
  const fn = parameter.parent;
  const call = fn.parent;
  if (fn.parameters[0] !== parameter || !ts.isCallExpression(call) || call.arguments[0] !== fn)
    return undefined;
  const { expression } = call;
  const isReduce =
    ts.isPropertyAccessExpression(expression) && /^reduce(?:Right)?$/.test(expression.name.text);
  return isReduce ? call.arguments[1] : undefined;
}

/** `/a/.test(text)`: an expression that is not global keeps no place between calls. */
function isStatelessTest({ expression }: ts.CallExpression, checker: ts.TypeChecker): boolean {
  if (!ts.isPropertyAccessExpression(expression) || !/^(?:test|exec)$/.test(expression.name.text))
    return false;
  const holder = unwrap(expression.expression);
  const symbol = ts.isIdentifier(holder) ? checker.getSymbolAtLocation(holder) : undefined;
  const declaration = symbol && resolveAlias(symbol, checker).valueDeclaration;
  const isConst =
    declaration !== undefined &&
    ts.isVariableDeclaration(declaration) &&
    (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0;
  const pattern = isConst ? declaration.initializer : holder;
  return (
    pattern !== undefined &&
    ts.isRegularExpressionLiteral(pattern) &&
    !/\/[a-z]*[gy][a-z]*$/.test(pattern.text)
  );
}
