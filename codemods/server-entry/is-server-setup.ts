import { isSdkFile } from '../../engine/find/find-asks.ts';
import { isAsyncFunction } from '../../engine/syntax/is-async-function.ts';
import { ts } from '../../engine/syntax/ts.ts';
import { ownMethod } from './own-method.ts';
import { resolvedSymbol } from './sdk-symbols.ts';

type Names = ReadonlySet<ts.Symbol | undefined>;

/**
 * Whether a statement does nothing but set a server up, so that it can be run once for each server: registers handlers,
 * assigns hooks, hands the server to a function of which the same is true, or declares functions.
 * @param names the server, and what was declared with it
 * @returns undefined when it does, else why not
 */
export function isServerSetup(
  statement: ts.Statement,
  names: Names,
  checker: ts.TypeChecker,
): string | undefined {
  return new SetupCheck(checker).statement(statement, names);
}

class SetupCheck {
  readonly #checker: ts.TypeChecker;
  readonly #visited = new Set<ts.Node>();

  constructor(checker: ts.TypeChecker) {
    this.#checker = checker;
  }

  statement(statement: ts.Statement, names: Names): string | undefined {
    if (isTypeOrFunction(statement))
      return isExport(statement) ? 'a function that uses the server is exported' : undefined;
    if (ts.isVariableStatement(statement)) return this.#variables(statement, names);
    if (ts.isExpressionStatement(statement)) return this.#expression(statement.expression, names);
    if (ts.isBlock(statement)) return this.#all(statement.statements, names);
    if (ts.isIfStatement(statement)) {
      return (
        this.#evaluated(statement.expression, names) ??
        this.statement(statement.thenStatement, names) ??
        (statement.elseStatement && this.statement(statement.elseStatement, names))
      );
    }
    if (ts.isForOfStatement(statement) && statement.awaitModifier === undefined)
      return this.#evaluated(statement.expression, names) ?? this.statement(statement.statement, names);
    if (ts.isReturnStatement(statement) || ts.isEmptyStatement(statement)) return undefined;
    return MORE;
  }

  #all(statements: readonly ts.Statement[], names: Names): string | undefined {
    for (const statement of statements) {
      const reason = this.statement(statement, names);
      if (reason !== undefined) return reason;
    }
    return undefined;
  }

  /** Variables that each server has its own of must not hold state that was shared before. */
  #variables(statement: ts.VariableStatement, names: Names): string | undefined {
    if (isExport(statement)) return 'a variable that depends on the server is exported';
    if ((statement.declarationList.flags & ts.NodeFlags.Const) === 0)
      return 'a variable that depends on the server may change';
    for (const { initializer } of statement.declarationList.declarations) {
      const reason = initializer && this.#constant(initializer, names);
      if (reason !== undefined) return reason;
    }
    return undefined;
  }

  #constant(initializer: ts.Expression, names: Names): string | undefined {
    if (ts.isNewExpression(initializer) && !this.#isOfSdk(initializer)) return STATE;
    if (ts.isArrayLiteralExpression(initializer) || ts.isObjectLiteralExpression(initializer)) {
      const written = initializer.getChildAt(1).getChildCount() > 0;
      if (!written) return STATE;
    }
    return this.#evaluated(initializer, names);
  }

  #expression(expression: ts.Expression, names: Names): string | undefined {
    if (ts.isVoidExpression(expression)) return this.#expression(expression.expression, names);
    if (ts.isBinaryExpression(expression) && expression.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
      return this.#isRootedIn(expression.left, names)
        ? this.#evaluated(expression.right, names)
        : 'the server is assigned to something';
    }
    if (ts.isCallExpression(expression) && !this.#isRootedIn(expression.expression, names))
      if (this.#isDeclaredOutside(expression) && !isLogging(expression)) return MORE;
    return this.#evaluated(expression, names);
  }

  /** Checks what is called while an expression is evaluated; bodies of functions run later and may do anything. */
  #evaluated(node: ts.Node, names: Names): string | undefined {
    if (ts.isFunctionLike(node) || ts.isTypeNode(node)) return undefined;
    if (ts.isAwaitExpression(node) && !this.#isOwnCall(node.expression, names)) return WAITS;
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken)
      return 'the server is assigned to something';
    if (ts.isNewExpression(node) && !this.#isDeclaredOutside(node)) return STATE;
    const reason = ts.isCallExpression(node) ? this.#call(node, names) : undefined;
    return reason ?? ts.forEachChild(node, (child) => this.#evaluated(child, names));
  }

  #call(call: ts.CallExpression, names: Names): string | undefined {
    if (this.#isRootedIn(call.expression, names)) return undefined;
    if (this.#isDeclaredOutside(call)) return this.#mentions(call.arguments, names) ? ESCAPES : undefined;
    const method = ownMethod(call, this.#checker);
    if (method?.body !== undefined) return this.#function(call, method, names);
    if (!call.arguments.some((argument) => this.#isRootedIn(argument, names))) return STATE;
    const fn = functionOf(resolvedSymbol(call.expression, this.#checker));
    if (fn?.body === undefined || !ts.isBlock(fn.body)) return ESCAPES;
    const given = call.arguments.flatMap((argument, index) => {
      const parameter = fn.parameters[index]?.name;
      return this.#isRootedIn(argument, names) && parameter !== undefined ? [parameter] : [];
    });
    if (!given.every(ts.isIdentifier)) return ESCAPES;
    const inner = new Set(given.map((name) => this.#checker.getSymbolAtLocation(name)));
    return this.#function(call, fn, inner);
  }

  #function(call: ts.CallExpression, fn: ts.FunctionLikeDeclaration, names: Names): string | undefined {
    if (isAsyncFunction(fn) && !ts.isAwaitExpression(call.parent)) return WAITS;
    if (this.#visited.has(fn) || fn.body === undefined || !ts.isBlock(fn.body)) return undefined;
    this.#visited.add(fn);
    return this.#all(fn.body.statements, names);
  }

  /** A call of a function of the project, which is read like any other. */
  #isOwnCall(expression: ts.Expression, names: Names): boolean {
    return (
      ts.isCallExpression(expression) &&
      !this.#isRootedIn(expression.expression, names) &&
      !this.#isDeclaredOutside(expression)
    );
  }

  /** `server`, `server.server`, `server.registerTool`, `this.server`: the server or something of it. */
  #isRootedIn(expression: ts.Expression, names: Names): boolean {
    let root = expression;
    while (ts.isPropertyAccessExpression(root) || ts.isNonNullExpression(root)) {
      if (names.has(this.#checker.getSymbolAtLocation(root))) return true;
      root = root.expression;
    }
    return ts.isIdentifier(root) && names.has(this.#checker.getSymbolAtLocation(root));
  }

  #mentions(nodes: readonly ts.Node[], names: Names): boolean {
    const visit = (node: ts.Node): boolean => {
      if (ts.isIdentifier(node) && names.has(this.#checker.getSymbolAtLocation(node))) return true;
      return ts.forEachChild(node, visit) === true;
    };
    return nodes.some(visit);
  }

  /** Declared by a package, such as a schema library, whose constructors and builders give values. */
  #isDeclaredOutside(call: ts.CallExpression | ts.NewExpression): boolean {
    return this.#checker.getResolvedSignature(call)?.declaration?.getSourceFile().isDeclarationFile ?? false;
  }

  #isOfSdk(creation: ts.NewExpression): boolean {
    const file = this.#checker.getResolvedSignature(creation)?.declaration?.getSourceFile().fileName;
    return file !== undefined && isSdkFile(file);
  }
}

const STATE = 'its setup creates what all its requests share';
const MORE = 'the server is used in a statement that does more than set it up';
const WAITS = 'the setup of the server waits for something';
const ESCAPES = 'the server is given to code that may keep it';

function isTypeOrFunction(statement: ts.Statement): boolean {
  return (
    ts.isFunctionDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement)
  );
}

function isLogging({ expression }: ts.CallExpression): boolean {
  return ts.isPropertyAccessExpression(expression) && expression.expression.getText() === 'console';
}

function isExport(statement: ts.Statement): boolean {
  const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
  return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true;
}

function functionOf(symbol: ts.Symbol | undefined): ts.FunctionLikeDeclaration | undefined {
  const declaration = symbol?.valueDeclaration;
  if (declaration === undefined) return undefined;
  if (ts.isFunctionDeclaration(declaration)) return declaration;
  const initializer = ts.isVariableDeclaration(declaration) ? declaration.initializer : undefined;
  return initializer !== undefined &&
    (ts.isArrowFunction(initializer) || ts.isFunctionExpression(initializer))
    ? initializer
    : undefined;
}
