import { contains } from '../../engine/plan/build-flow-tree.ts';
import { ts } from '../../engine/syntax/ts.ts';
import { isServerSetup } from './is-server-setup.ts';
import { isPrivate, ownMethod } from './own-method.ts';
import { isServerClass, isStdioTransport, sdkMethod } from './sdk-symbols.ts';
import { dependsOn, withoutProtection } from './server-factory.ts';

/** How the server that a class makes in its constructor can be made by a method instead. */
export interface ClassFactoryPlan {
  readonly field: ts.PropertyDeclaration;
  /** Also within `requestState.protect(…)`. */
  readonly creation: ts.Expression;
  readonly className: string;
  /** The statement of the constructor that makes the server; undefined where the field's initializer does. */
  readonly assignment: ts.ExpressionStatement | undefined;
  /** The statements of the constructor that set it up, in order; with the assignment. */
  readonly setup: readonly ts.Statement[];
}

/** What can be done with a server while it serves; anything else is part of its setup. */
const WHILE_SERVING: ReadonlySet<string> = new Set([
  'close',
  'createMessage',
  'elicitInput',
  'getClientCapabilities',
  'getClientVersion',
  'isConnected',
  'listRoots',
  'notification',
  'ping',
  'request',
  'sendLoggingMessage',
  'sendPromptListChanged',
  'sendResourceListChanged',
  'sendResourceUpdated',
  'sendToolListChanged',
]);

/**
 * Decides whether the server that a class holds in a field can be made anew by a method of the class: its constructor
 * does no more with it than set it up, one method connects it to stdio, and all other code asks the field for the server
 * of the connection. A process has one connection to stdio, so the field holds its server; everything else that the
 * constructor does is still done once.
 * @returns undefined where that is not so; the server can serve stdio where it is (`connectOneServer`)
 */
export function planClassFactory(
  field: ts.PropertyDeclaration,
  program: ts.Program,
): ClassFactoryPlan | undefined {
  const checker = program.getTypeChecker();
  const symbol = checker.getSymbolAtLocation(field.name);
  const owner = field.parent;
  if (symbol === undefined || !ts.isClassLike(owner)) return undefined;
  const uses = usesInProgram(field, program);
  const place = placeOfCreation(uses, field);
  if (place === undefined) return undefined;
  const setup = setupStatements(place, new Set([symbol]), checker);
  if (setup === undefined) return undefined;
  const methods = methodsOf(setup, checker);
  const isSetup = (use: ts.Node): boolean =>
    use.getSourceFile() === field.getSourceFile() &&
    [...setup, ...methods].some((code) => contains(code, use));
  const isCalledLater = methods.some((method) => !usesInProgram(method, program).every(isSetup));
  const others = uses.filter((use) => !isSetup(use));
  const isOwn = others.every(({ expression }) => expression.kind === ts.SyntaxKind.ThisKeyword);
  if (isCalledLater || !isOwn || !others.every((use) => onlyServes(use, checker))) return undefined;
  return others.some((use) => connectsToStdio(use, checker)) ? { field, ...place, setup } : undefined;
}

/** The fields of a file's classes that hold a server made there. */
export function findServerFields(file: ts.SourceFile, checker: ts.TypeChecker): ts.PropertyDeclaration[] {
  const found = new Set<ts.PropertyDeclaration>();
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node) && isServerClass(node.expression, checker)) {
      const field = fieldOf(node, checker);
      if (field !== undefined) found.add(field);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return [...found];
}

function fieldOf(creation: ts.NewExpression, checker: ts.TypeChecker): ts.PropertyDeclaration | undefined {
  const isWrapped = ts.isCallExpression(creation.parent) && withoutProtection(creation.parent) === creation;
  const { parent } = isWrapped ? creation.parent : creation;
  if (ts.isPropertyDeclaration(parent)) return parent;
  if (!isAssignment(parent) || withoutProtection(parent.right) !== creation) return undefined;
  const declaration = checker.getSymbolAtLocation(parent.left)?.valueDeclaration;
  return declaration !== undefined && ts.isPropertyDeclaration(declaration) ? declaration : undefined;
}

/** Every `x.server` of the program where that is this member; `x` is most often `this`. */
function usesInProgram(
  member: ts.PropertyDeclaration | ts.MethodDeclaration,
  program: ts.Program,
): ts.PropertyAccessExpression[] {
  const checker = program.getTypeChecker();
  const symbol = checker.getSymbolAtLocation(member.name);
  const uses: ts.PropertyAccessExpression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node) && checker.getSymbolAtLocation(node) === symbol) uses.push(node);
    ts.forEachChild(node, visit);
  };
  const own = member.getSourceFile();
  const files = isPrivate(member) ? [own] : program.getSourceFiles();
  const name = member.name.getText();
  for (const file of files) if (!file.isDeclarationFile && file.text.includes(name)) visit(file);
  return uses;
}

interface Creation {
  readonly creation: ts.Expression;
  readonly className: string;
  readonly assignment: ts.ExpressionStatement | undefined;
  readonly body: ts.Block | undefined;
}

/** Where the field gets its one value: by its initializer, or in a statement of the constructor. */
function placeOfCreation(
  uses: readonly ts.PropertyAccessExpression[],
  field: ts.PropertyDeclaration,
): Creation | undefined {
  const { initializer, parent: owner } = field;
  const body = owner.members.find(ts.isConstructorDeclaration)?.body;
  const assigned = uses.flatMap(({ parent: node }) =>
    isAssignment(node) && uses.some((use) => use === node.left) ? [node] : [],
  );
  const ofField = initializer && classOf(initializer);
  if (initializer !== undefined && ofField !== undefined) {
    const made = { creation: initializer, className: ofField, assignment: undefined, body };
    return assigned.length === 0 ? made : undefined;
  }
  const [only, second] = assigned;
  const className = only && classOf(only.right);
  if (only === undefined || second !== undefined || className === undefined) return undefined;
  const statement = only.parent;
  if (!ts.isExpressionStatement(statement) || statement.parent !== body) return undefined;
  return { creation: only.right, className, assignment: statement, body };
}

function classOf(creation: ts.Expression): string | undefined {
  const server = withoutProtection(creation);
  return ts.isNewExpression(server) ? server.expression.getText() : undefined;
}

function isAssignment(node: ts.Node): node is ts.BinaryExpression {
  return ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken;
}

/** The statements of the constructor that do something with the server when they run. */
function setupStatements(
  { body, assignment, creation }: Creation,
  names: ReadonlySet<ts.Symbol>,
  checker: ts.TypeChecker,
): ts.Statement[] | undefined {
  const setup: ts.Statement[] = [];
  for (const statement of body?.statements ?? []) {
    if (statement !== assignment && !touches(statement, names, checker)) continue;
    if (statement !== assignment && isServerSetup(statement, names, checker) !== undefined) return undefined;
    setup.push(statement);
  }
  const moved = [...(assignment === undefined ? [creation] : []), ...setup];
  const moves = (declaration: ts.Declaration): boolean => moved.some((node) => contains(node, declaration));
  const scope = body?.parent;
  const isTied = scope !== undefined && moved.some((node) => dependsOn(node, scope, checker, moves, true));
  return isTied ? undefined : setup;
}

/** Whether code uses the server at once, by itself or through methods of the class; functions in it run later. */
function touches(
  code: ts.Node,
  names: ReadonlySet<ts.Symbol>,
  checker: ts.TypeChecker,
  seen = new Set<ts.Node>(),
): boolean {
  if (ts.isFunctionLike(code) || seen.has(code)) return false;
  const symbol = ts.isPropertyAccessExpression(code) ? checker.getSymbolAtLocation(code) : undefined;
  if (symbol !== undefined && names.has(symbol)) return true;
  const body = ts.isCallExpression(code) ? ownMethod(code, checker)?.body : undefined;
  if (body !== undefined && !seen.has(body)) {
    if (touches(body, names, checker, seen)) return true;
    seen.add(body);
  }
  return ts.forEachChild(code, (child) => touches(child, names, checker, seen)) === true;
}

/** The methods of the class that its setup calls. */
function methodsOf(setup: readonly ts.Statement[], checker: ts.TypeChecker): ts.MethodDeclaration[] {
  const methods = new Set<ts.MethodDeclaration>();
  const visit = (node: ts.Node): void => {
    const method = ts.isCallExpression(node) ? ownMethod(node, checker) : undefined;
    if (method?.body !== undefined && !methods.has(method)) {
      methods.add(method);
      visit(method.body);
    }
    if (!ts.isFunctionLike(node)) ts.forEachChild(node, visit);
  };
  setup.forEach(visit);
  return [...methods];
}

/** Connects the server to stdio, or does with it what is done while it serves; other code may set it up. */
function onlyServes(use: ts.PropertyAccessExpression, checker: ts.TypeChecker): boolean {
  let whole: ts.Expression = use;
  while (ts.isPropertyAccessExpression(whole.parent) && whole.parent.expression === whole)
    whole = whole.parent;
  const call = whole.parent;
  if (!ts.isCallExpression(call) || call.expression !== whole) return false;
  const method = sdkMethod(call, checker) ?? '';
  return method === 'connect' ? connectsToStdio(use, checker) : WHILE_SERVING.has(method);
}

function connectsToStdio({ parent }: ts.PropertyAccessExpression, checker: ts.TypeChecker): boolean {
  const call = parent.parent;
  if (!ts.isCallExpression(call) || sdkMethod(call, checker) !== 'connect') return false;
  const [argument] = call.arguments;
  return argument !== undefined && isStdioTransport(argument, checker);
}
