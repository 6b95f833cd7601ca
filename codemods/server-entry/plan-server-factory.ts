import { isSdkFile } from '../../engine/find/find-asks.ts';
import { contains } from '../../engine/plan/build-flow-tree.ts';
import { ts } from '../../engine/syntax/ts.ts';
import { fieldOfThis } from './class-factory.ts';
import { isServerSetup } from './is-server-setup.ts';
import { endOfLine } from './moved-text.ts';
import { planClassFactory } from './plan-class-factory.ts';
import { isServerClass, sdkMethod } from './sdk-symbols.ts';
import { constantOf, usesOf } from './server-factory.ts';

/** How a server that is made once can be made by a function instead. */
export interface ServerFactoryPlan {
  readonly declaration: ts.VariableDeclaration;
  readonly creation: ts.NewExpression;
  /** The statements that make up the function, in order; the first declares the server. */
  readonly setup: readonly ts.Statement[];
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
  const { initializer: creation } = declaration;
  if (creation === undefined || !ts.isNewExpression(creation) || !isServerClass(creation.expression, checker))
    return NO_FACTORY;
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
  const setup = setupStatements(first, declaration, uses, entries, checker);
  if (typeof setup === 'string') return setup;
  if (setup.some(sharesLine)) return 'a statement of its setup shares its line with another';
  const connected = first.parent.statements.find((statement) =>
    connects.some((use) => contains(statement, use)),
  );
  const isDeclared = connected !== undefined && ts.isFunctionDeclaration(connected);
  if (connected !== undefined && !isDeclared && setup.some((statement) => statement.pos > connected.pos))
    return 'the server is set up after it was connected';
  return { declaration, creation, setup, entries, entryBlock };
}

const NO_FACTORY = 'the server is not made by a function that can be called again';

/** Why the server that is connected here is not made by a function, and was not brought into one. */
export function whyNoFactory(server: ts.Expression, program: ts.Program): string {
  const checker = program.getTypeChecker();
  const field = fieldOfThis(server, checker);
  const declaration = constantOf(server, checker);
  const plan =
    field === undefined
      ? declaration && planServerFactory(declaration, checker)
      : planClassFactory(field, program);
  return typeof plan === 'string' ? plan : NO_FACTORY;
}

/** The statements that mention the server or what they declare with it, or why one of them is more than its setup. */
function setupStatements(
  first: ts.VariableStatement,
  declaration: ts.VariableDeclaration,
  uses: readonly ts.Identifier[],
  entries: readonly ts.Identifier[],
  checker: ts.TypeChecker,
): ts.Statement[] | string {
  const { statements } = first.parent as ts.Block | ts.SourceFile;
  const names = new Set([checker.getSymbolAtLocation(declaration.name)]);
  const pending = uses.filter((use) => !entries.includes(use));
  const setup = new Set<ts.Statement>([first]);
  for (let use = pending.pop(); use !== undefined; use = pending.pop()) {
    const mention = use;
    const statement = statements.find((candidate) => contains(candidate, mention));
    if (statement === undefined) return 'the server is used outside of the function that makes it';
    if (setup.has(statement)) continue;
    setup.add(statement);
    if (entries.some((entry) => contains(statement, entry)))
      return 'the function that connects the server does more with it';
    const reason = isServerSetup(statement, names, checker);
    if (reason !== undefined) return reason;
    for (const declared of declaredBy(statement)) {
      names.add(declared.name && checker.getSymbolAtLocation(declared.name));
      pending.push(...usesOf(declared, checker));
    }
  }
  return statements.filter((statement) => setup.has(statement));
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

/** The `const`s of a file that hold a server made there. */
export function findServerConstants(file: ts.SourceFile, checker: ts.TypeChecker): ts.VariableDeclaration[] {
  const found: ts.VariableDeclaration[] = [];
  const visit = (node: ts.Node): void => {
    if (
      ts.isVariableDeclaration(node) &&
      node.initializer !== undefined &&
      ts.isNewExpression(node.initializer)
    )
      if (isServerClass(node.initializer.expression, checker)) found.push(node);
    ts.forEachChild(node, visit);
  };
  if (!isSdkFile(file.fileName)) visit(file);
  return found;
}
