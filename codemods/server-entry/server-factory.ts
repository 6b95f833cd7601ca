import { ts } from '../../engine/syntax/ts.ts';
import { isPrivate, ownMethod } from './own-method.ts';
import { isServerClass, resolvedSymbol } from './sdk-symbols.ts';

/** The `const` an expression names, when it is declared in the same file with an initializer. */
export function constantOf(
  expression: ts.Expression,
  checker: ts.TypeChecker,
): (ts.VariableDeclaration & { readonly initializer: ts.Expression }) | undefined {
  if (!ts.isIdentifier(expression)) return undefined;
  const { parent } = expression;
  const symbol = ts.isShorthandPropertyAssignment(parent)
    ? checker.getShorthandAssignmentValueSymbol(parent)
    : resolvedSymbol(expression, checker);
  const declaration = symbol?.valueDeclaration;
  if (declaration === undefined || !ts.isVariableDeclaration(declaration) || !hasInitializer(declaration))
    return undefined;
  return (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) === 0 ? undefined : declaration;
}

/** The server within `requestState.protect(…)`. */
export function withoutProtection(expression: ts.Expression): ts.Expression {
  if (!ts.isCallExpression(expression) || !ts.isPropertyAccessExpression(expression.expression))
    return expression;
  const [server] = expression.arguments;
  return expression.expression.name.text === 'protect' && server !== undefined ? server : expression;
}

/**
 * The call that makes a new server each time (`createServer(…)`), if that is how the expression is made.
 * @param member where the server is in the object that the call gives, when it is not the result itself
 */
export function factoryCall(
  expression: ts.Expression,
  checker: ts.TypeChecker,
  member?: string,
): ts.CallExpression | undefined {
  const made = ts.isAwaitExpression(expression) ? expression.expression : expression;
  if (!ts.isCallExpression(made)) return undefined;
  const callee = ts.isIdentifier(made.expression)
    ? resolvedSymbol(made.expression, checker)
    : ownPrivateMethod(made, checker);
  return makesServer(callee, checker, new Set(), member) ? made : undefined;
}

/** The method that `this.createServer()` calls, which no class can put another one in the place of. */
function ownPrivateMethod(call: ts.CallExpression, checker: ts.TypeChecker): ts.Symbol | undefined {
  const method = ownMethod(call, checker);
  return method !== undefined && isPrivate(method) ? checker.getSymbolAtLocation(method.name) : undefined;
}

/** Whether each call of a function ends with a server of its own: every `return` gives one that the call created. */
function makesServer(
  symbol: ts.Symbol | undefined,
  checker: ts.TypeChecker,
  seen: Set<ts.Symbol>,
  member?: string,
): boolean {
  const fn = symbol && functionOf(symbol);
  if (symbol === undefined || fn?.body === undefined || seen.has(symbol)) return false;
  seen.add(symbol);
  const results = ts.isBlock(fn.body) ? returnedBy(fn.body) : [fn.body];
  const isMade = (result: ts.Expression): boolean =>
    member === undefined
      ? isNewServer(result, fn, checker, seen)
      : hasNewServer(result, member, (value) => isNewServer(value, fn, checker, seen));
  return results.length > 0 && results.every(isMade);
}

/** `{ server, … }` or `{ server: new McpServer(…), … }`, where nothing else can give the member. */
function hasNewServer(
  result: ts.Expression,
  member: string,
  isNew: (value: ts.Expression) => boolean,
): boolean {
  if (ts.isParenthesizedExpression(result)) return hasNewServer(result.expression, member, isNew);
  if (!ts.isObjectLiteralExpression(result)) return false;
  const isPlain = result.properties.every(
    ({ name }) => name !== undefined && !ts.isComputedPropertyName(name),
  );
  const property = result.properties.find((one) => one.name?.getText() === member);
  if (!isPlain || property === undefined) return false;
  if (ts.isPropertyAssignment(property)) return isNew(property.initializer);
  return ts.isShorthandPropertyAssignment(property) && isNew(property.name);
}

/** Whether an expression of a function gives a server that was made by this call of it. */
export function isNewServer(
  expression: ts.Expression,
  fn: ts.Node,
  checker: ts.TypeChecker,
  seen = new Set<ts.Symbol>(),
): boolean {
  const inner = (next: ts.Expression): boolean => isNewServer(next, fn, checker, seen);
  if (ts.isAwaitExpression(expression) || ts.isParenthesizedExpression(expression))
    return inner(expression.expression);
  if (ts.isNewExpression(expression)) return isServerClass(expression.expression, checker);
  if (ts.isIdentifier(expression)) {
    const declaration = constantOf(expression, checker);
    const isOwn = declaration !== undefined && ts.findAncestor(declaration, (node) => node === fn) === fn;
    return isOwn && inner(declaration.initializer);
  }
  if (!ts.isCallExpression(expression)) return false;
  const server = withoutProtection(expression);
  if (server !== expression) return inner(server);
  const callee = resolvedSymbol(expression.expression, checker);
  return makesServer(callee, checker, new Set(seen));
}

function functionOf(symbol: ts.Symbol): ts.FunctionLikeDeclaration | undefined {
  const declaration = symbol.valueDeclaration;
  if (declaration === undefined) return undefined;
  if (ts.isFunctionDeclaration(declaration) || ts.isMethodDeclaration(declaration)) return declaration;
  const { initializer } = declaration as ts.HasExpressionInitializer;
  return initializer !== undefined &&
    (ts.isArrowFunction(initializer) || ts.isFunctionExpression(initializer))
    ? initializer
    : undefined;
}

/** The results of a function's own `return`s; a bare one gives `undefined`. */
function returnedBy(body: ts.Block): ts.Expression[] {
  const results: ts.Expression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) return;
    if (ts.isReturnStatement(node)) results.push(node.expression ?? ts.factory.createVoidZero());
    else ts.forEachChild(node, visit);
  };
  visit(body);
  return results;
}

/** Every use of a variable or function in its file besides its declaration. */
export function usesOf(
  declaration: ts.VariableDeclaration | ts.FunctionDeclaration | ts.BindingElement,
  checker: ts.TypeChecker,
): ts.Identifier[] {
  const symbol = declaration.name && checker.getSymbolAtLocation(declaration.name);
  const uses: ts.Identifier[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isShorthandPropertyAssignment(node) && checker.getShorthandAssignmentValueSymbol(node) === symbol)
      uses.push(node.name);
    else if (
      ts.isIdentifier(node) &&
      node !== declaration.name &&
      checker.getSymbolAtLocation(node) === symbol
    )
      uses.push(node);
    ts.forEachChild(node, visit);
  };
  visit(declaration.getSourceFile());
  return uses;
}

/**
 * Whether evaluating an expression once per request gives what evaluating it once gave: literals, names that are not
 * assigned again, properties of such.
 */
export function isRepeatable(expression: ts.Expression, checker: ts.TypeChecker): boolean {
  if (ts.isLiteralExpression(expression)) return true;
  if (ts.isIdentifier(expression)) return isFixed(resolvedSymbol(expression, checker));
  if (
    ts.isPropertyAccessExpression(expression) ||
    ts.isNonNullExpression(expression) ||
    ts.isAsExpression(expression)
  )
    return isRepeatable(expression.expression, checker);
  if (!ts.isObjectLiteralExpression(expression)) return false;
  return expression.properties.every((property) => {
    if (ts.isShorthandPropertyAssignment(property))
      return isFixed(checker.getShorthandAssignmentValueSymbol(property));
    return ts.isPropertyAssignment(property) && isRepeatable(property.initializer, checker);
  });
}

function isFixed(symbol: ts.Symbol | undefined): boolean {
  const declaration = symbol?.valueDeclaration;
  if (declaration === undefined || !ts.isVariableDeclaration(declaration)) return true;
  if ((ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0) return true;
  return declaration.getSourceFile().isDeclarationFile;
}

/**
 * Whether a name inside a node is declared within `scope`, so that it means nothing outside.
 * @param moves whether a declaration goes where the node goes
 * @param keepsThis the node goes to a place where `this` is the same
 */
export function dependsOn(
  node: ts.Node,
  scope: ts.Node,
  checker: ts.TypeChecker,
  moves: (declaration: ts.Declaration) => boolean = () => false,
  keepsThis = false,
): boolean {
  const inside = (part: ts.Node): boolean => {
    if (part.kind === ts.SyntaxKind.ThisKeyword && !keepsThis) return true;
    // The member `this.key` of a parameter property is declared in the parameter list, but does not stand for it.
    if (ts.isPropertyAccessExpression(part)) return inside(part.expression);
    const symbol = ts.isIdentifier(part) ? checker.getSymbolAtLocation(part) : undefined;
    const value =
      ts.isIdentifier(part) && ts.isShorthandPropertyAssignment(part.parent)
        ? checker.getShorthandAssignmentValueSymbol(part.parent)
        : symbol;
    const declared = value?.declarations?.some(
      (declaration) =>
        declaration.getSourceFile() === scope.getSourceFile() &&
        declaration.pos >= scope.pos &&
        declaration.end <= scope.end &&
        !moves(declaration),
    );
    return declared === true || ts.forEachChild(part, inside) === true;
  };
  return inside(node);
}

function hasInitializer(
  declaration: ts.VariableDeclaration,
): declaration is ts.VariableDeclaration & { initializer: ts.Expression } {
  return declaration.initializer !== undefined;
}
