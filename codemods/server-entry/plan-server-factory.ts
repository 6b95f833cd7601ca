import { isSdkFile } from '../../engine/find/find-asks.ts';
import { contains } from '../../engine/plan/build-flow-tree.ts';
import { isAsyncFunction } from '../../engine/syntax/is-async-function.ts';
import { ts } from '../../engine/syntax/ts.ts';
import { isServerSetup } from './is-server-setup.ts';
import { endOfLine } from './moved-text.ts';
import { isServerClass, sdkMethod } from './sdk-symbols.ts';
import { dependsOn, factoryCall, isRepeatable, usesOf, withoutProtection } from './server-factory.ts';
import { resolveAlias } from '../../engine/syntax/resolve-alias.ts';

/** How a server that is made once can be made by a function instead. */
export interface ServerFactoryPlan {
  readonly declaration: ts.VariableDeclaration;
  /** The class of the server, as the file names it; undefined where it does not. */
  readonly className: string | undefined;
  /** The statements that make up the function, in order; the first declares the server. */
  readonly setup: readonly ts.Statement[];
  /** The setup waits for something, so the function has to. */
  readonly isAsync: boolean;
  /** Where the server is connected or closed. */
  readonly entries: readonly ts.Identifier[];
  /** The statement list that connects it. */
  readonly entryBlock: ts.Block | ts.SourceFile;
}

/**
 * Decides whether the one server of a module or function can be made anew for each request: every statement that mentions
 * it only sets it up, and what is left connects or closes it. All other state stays where it is, and so stays shared.
 * @returns the reason where that is not so
 */
export function planServerFactory(
  declaration: ts.VariableDeclaration,
  checker: ts.TypeChecker,
): ServerFactoryPlan | string {
  const first = declaration.parent.parent;
  const creation = declaration.initializer && creationOf(declaration.initializer, checker);
  if (creation === undefined) return NO_FACTORY;
  if (!ts.isIdentifier(declaration.name) || !ts.isVariableStatement(first) || !isStatementList(first.parent))
    return 'the server is not declared in a statement of its own';
  if (
    first.declarationList.declarations.length > 1 ||
    (first.declarationList.flags & ts.NodeFlags.Const) === 0
  )
    return 'the server is not a constant declared alone';
  if (isExported(first, declaration.name, checker)) return 'the server is exported';

  const uses = usesOf(declaration, checker);
  const entries = uses.filter((use) => isEntry(use, checker));
  const connects = entries.filter((use) => entryMethod(use) === 'connect');
  const entryBlock = connects[0] && enclosingList(connects[0]);
  if (entryBlock === undefined) return 'the server is not connected in this file';
  if (!entries.every((use) => contains(entryBlock, use)))
    return 'the server is closed outside of the block that connects it';
  const found = new SetupStatements(first, entryBlock, entries, checker);
  const reason = found.add(declaration, uses);
  if (reason !== undefined) return reason;
  const setup = found.inOrder();
  if (setup.some(usesThis)) return 'its setup uses `this`, which a function does not have';
  if (setup.some(sharesLine)) return 'a statement of its setup shares its line with another';
  const connected = first.parent.statements.find((statement) =>
    connects.some((use) => contains(statement, use)),
  );
  const isDeclared = connected !== undefined && ts.isFunctionDeclaration(connected);
  if (connected !== undefined && !isDeclared && setup.some((statement) => statement.pos > connected.pos))
    return 'the server is set up after it was connected';
  const isAsync = setup.some(waits);
  if (isAsync && !canWait(entryBlock)) return 'the setup of the server waits for something';
  return { declaration, className: creation.className, setup, isAsync, entries, entryBlock };
}

/** `new McpServer(…)`, or a call that makes one each time. */
function creationOf(
  initializer: ts.Expression,
  checker: ts.TypeChecker,
): { readonly className: string | undefined } | undefined {
  const server = withoutProtection(initializer);
  if (ts.isNewExpression(server)) {
    const isServer = isServerClass(server.expression, checker);
    return isServer ? { className: server.expression.getText() } : undefined;
  }
  const call = factoryCall(initializer, checker);
  const isRepeated = call?.arguments.every((argument) => isRepeatable(argument, checker));
  return isRepeated === true ? { className: nameOfType(initializer, checker) } : undefined;
}

/** How the file names the class of an expression's value, if it does. */
function nameOfType(expression: ts.Expression, checker: ts.TypeChecker): string | undefined {
  const { symbol } = checker.getTypeAtLocation(expression);
  const inScope = checker.resolveName(symbol.name, expression, ts.SymbolFlags.Type, false);
  return inScope !== undefined && resolveAlias(inScope, checker) === symbol ? symbol.name : undefined;
}

/** Whether a statement awaits something itself, outside of the functions in it. */
function waits(node: ts.Node): boolean {
  if (ts.isFunctionLike(node)) return false;
  return ts.isAwaitExpression(node) || ts.forEachChild(node, waits) === true;
}

/** Whether a statement uses `this` of the function it stands in, or the arguments of that. */
function usesThis(node: ts.Node): boolean {
  if (node.kind === ts.SyntaxKind.ThisKeyword || node.kind === ts.SyntaxKind.SuperKeyword) return true;
  if (ts.isIdentifier(node) && node.text === 'arguments') return true;
  const hasOwn = (ts.isFunctionLike(node) && !ts.isArrowFunction(node)) || ts.isClassLike(node);
  return !hasOwn && ts.forEachChild(node, usesThis) === true;
}

function canWait(list: ts.Node): boolean {
  const fn = ts.findAncestor(list, ts.isFunctionLike);
  return fn === undefined || isAsyncFunction(fn);
}

export const NO_FACTORY = 'the server is not made by a function that can be called again';

/** Gathers the statements that mention the server or what they declare with it. */
class SetupStatements {
  readonly #found: Set<ts.Statement>;
  readonly #names = new Set<ts.Symbol | undefined>();
  readonly #list: readonly ts.Statement[];
  readonly #entryBlock: ts.Block | ts.SourceFile;
  readonly #entries: readonly ts.Identifier[];
  readonly #checker: ts.TypeChecker;

  constructor(
    first: ts.VariableStatement,
    entryBlock: ts.Block | ts.SourceFile,
    entries: readonly ts.Identifier[],
    checker: ts.TypeChecker,
  ) {
    this.#found = new Set([first]);
    this.#list = (first.parent as ts.Block | ts.SourceFile).statements;
    this.#entryBlock = entryBlock;
    this.#entries = entries;
    this.#checker = checker;
  }

  /** @returns why one of them is more than setup */
  add(declaration: ts.VariableDeclaration, uses: readonly ts.Identifier[]): string | undefined {
    this.#names.add(this.#checker.getSymbolAtLocation(declaration.name));
    const pending = uses.filter((use) => !this.#entries.includes(use));
    for (let use = pending.pop(); use !== undefined; use = pending.pop()) {
      const statement = this.#statementOf(use);
      if (typeof statement === 'string') return statement;
      if (this.#found.has(statement)) continue;
      this.#found.add(statement);
      const reason = isServerSetup(statement, this.#names, this.#checker);
      if (reason !== undefined) return reason;
      for (const declared of declaredBy(statement)) {
        this.#names.add(declared.name && this.#checker.getSymbolAtLocation(declared.name));
        pending.push(...usesOf(declared, this.#checker));
      }
    }
    return undefined;
  }

  inOrder(): ts.Statement[] {
    return [...this.#found].sort((a, b) => a.pos - b.pos);
  }

  /** Beside the declaration of the server, or in front of where it is connected. */
  #statementOf(use: ts.Identifier): ts.Statement | string {
    const statement = this.#list.find((candidate) => contains(candidate, use));
    if (statement === undefined) return 'the server is used outside of the function that makes it';
    if (!this.#entries.some((entry) => contains(statement, entry))) return statement;
    const inner = this.#entryBlock.statements.find((candidate) => contains(candidate, use));
    const isBefore = inner !== undefined && this.#entries.every((entry) => inner.end <= entry.pos);
    const isDeclaration = inner === undefined || declaredBy(inner).length > 0;
    const scope = ts.findAncestor(this.#entryBlock, ts.isFunctionLike);
    if (!isBefore || isDeclaration || (scope && dependsOn(inner, scope, this.#checker)))
      return 'the function that connects the server does more with it';
    return inner;
  }
}

function sharesLine(statement: ts.Statement): boolean {
  const { text } = statement.getSourceFile();
  const start = statement.getStart();
  const isFirst = text.slice(text.lastIndexOf('\n', start - 1) + 1, start).trim() === '';
  return !isFirst || endOfLine(text, statement.end) === statement.end;
}

function declaredBy(statement: ts.Statement): (ts.VariableDeclaration | ts.FunctionDeclaration)[] {
  if (ts.isFunctionDeclaration(statement)) return [statement];
  return ts.isVariableStatement(statement) ? [...statement.declarationList.declarations] : [];
}

/** `server.connect(…)` or `server.close()`. */
function isEntry(use: ts.Identifier, checker: ts.TypeChecker): boolean {
  const call = use.parent.parent;
  if (!ts.isPropertyAccessExpression(use.parent) || !ts.isCallExpression(call)) return false;
  return ['connect', 'close'].includes(entryMethod(use)) && sdkMethod(call, checker) !== undefined;
}

function entryMethod(use: ts.Identifier): string {
  return ts.isPropertyAccessExpression(use.parent) && use.parent.expression === use
    ? use.parent.name.text
    : '';
}

function isExported(statement: ts.VariableStatement, name: ts.Identifier, checker: ts.TypeChecker): boolean {
  if (statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true) return true;
  const own = checker.getSymbolAtLocation(name);
  return statement.getSourceFile().statements.some((candidate) => {
    if (ts.isExportAssignment(candidate)) return checker.getSymbolAtLocation(candidate.expression) === own;
    const clause = ts.isExportDeclaration(candidate) ? candidate.exportClause : undefined;
    if (clause === undefined || !ts.isNamedExports(clause)) return false;
    return clause.elements.some((element) => checker.getExportSpecifierLocalTargetSymbol(element) === own);
  });
}

function isStatementList(node: ts.Node): node is ts.Block | ts.SourceFile {
  return ts.isBlock(node) || ts.isSourceFile(node);
}

function enclosingList(node: ts.Node): ts.Block | ts.SourceFile | undefined {
  return ts.findAncestor(node, isStatementList);
}

/** The `const`s of a file that hold a server made there, or by a function and set up further there. */
export function findServerConstants(file: ts.SourceFile, checker: ts.TypeChecker): ts.VariableDeclaration[] {
  const found: ts.VariableDeclaration[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && holdsServer(node, checker)) found.push(node);
    ts.forEachChild(node, visit);
  };
  if (!isSdkFile(file.fileName)) visit(file);
  return found;
}

function holdsServer(declaration: ts.VariableDeclaration, checker: ts.TypeChecker): boolean {
  const { initializer } = declaration;
  if (initializer === undefined) return false;
  const server = withoutProtection(initializer);
  if (ts.isNewExpression(server)) return isServerClass(server.expression, checker);
  return (
    factoryCall(initializer, checker) !== undefined &&
    usesOf(declaration, checker).some((use) => isSetUpBy(use, checker))
  );
}

/** Not a connect, a close or a `return` of it. */
function isSetUpBy(use: ts.Identifier, checker: ts.TypeChecker): boolean {
  return !isEntry(use, checker) && !ts.isReturnStatement(use.parent);
}
