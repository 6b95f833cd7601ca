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
 * @returns the reason where that is not so
 */
export function planClassFactory(
  field: ts.PropertyDeclaration,
  program: ts.Program,
): ClassFactoryPlan | string {
  const checker = program.getTypeChecker();
  const symbol = checker.getSymbolAtLocation(field.name);
  const owner = field.parent;
  if (symbol === undefined || !ts.isClassLike(owner)) return 'the server is not declared in a class';
  const uses = usesInProgram(field, program);
  const place = placeOfCreation(uses, field);
  if (typeof place === 'string') return place;
  const setup = setupStatements(place, new Set([symbol]), checker);
  if (typeof setup === 'string') return setup;
  const methods = methodsOf(setup, checker);
  const isSetup = (use: ts.Node): boolean =>
    use.getSourceFile() === field.getSourceFile() &&
    [...setup, ...methods].some((code) => contains(code, use));
  const calledLater = methods.find((method) => !usesInProgram(method, program).every(isSetup));
  if (calledLater !== undefined)
    return `\`${calledLater.name.getText()}\` is called outside of the constructor`;
  const others = uses.filter((use) => !isSetup(use));
  if (others.some(({ expression }) => expression.kind !== ts.SyntaxKind.ThisKeyword))
    return 'the server is used outside of its class';
  const [reason] = others.flatMap((use) => whyNotServing(use, checker) ?? []);
  if (reason !== undefined) return reason;
  return others.some((use) => connectsToStdio(use, checker))
    ? { field, ...place, setup }
    : 'the class does not connect its server to stdio';
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
): Creation | string {
  const { initializer, parent: owner } = field;
  const body = owner.members.find(ts.isConstructorDeclaration)?.body;
  const assigned = uses.flatMap(({ parent: node }) =>
    isAssignment(node) && uses.some((use) => use === node.left) ? [node] : [],
  );
  const ofField = initializer && classOf(initializer);
  if (initializer !== undefined && ofField !== undefined) {
    const made = { creation: initializer, className: ofField, assignment: undefined, body };
    return assigned.length === 0 ? made : CHANGES;
  }
  const [only, second] = assigned;
  const className = only && classOf(only.right);
  if (only === undefined || second !== undefined || className === undefined) return CHANGES;
  const statement = only.parent;
  if (!ts.isExpressionStatement(statement) || statement.parent !== body)
    return 'the server is not made in the constructor';
  return { creation: only.right, className, assignment: statement, body };
}

function classOf(creation: ts.Expression): string | undefined {
  const server = withoutProtection(creation);
  return ts.isNewExpression(server) ? server.expression.getText() : undefined;
}

const CHANGES = 'the field of the server is assigned more than once';

function isAssignment(node: ts.Node): node is ts.BinaryExpression {
  return ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken;
}

/** The statements of the constructor that do something with the server when they run. */
function setupStatements(
  { body, assignment, creation }: Creation,
  names: ReadonlySet<ts.Symbol>,
  checker: ts.TypeChecker,
): ts.Statement[] | string {
  const setup: ts.Statement[] = [];
  for (const statement of body?.statements ?? []) {
    if (statement !== assignment && !touches(statement, names, checker)) continue;
    const reason = statement === assignment ? undefined : isServerSetup(statement, names, checker);
    if (reason !== undefined) return reason;
    setup.push(statement);
  }
  const moved = [...(assignment === undefined ? [creation] : []), ...setup];
  const moves = (declaration: ts.Declaration): boolean => moved.some((node) => contains(node, declaration));
  const scope = body?.parent;
  const isTied = scope !== undefined && moved.some((node) => dependsOn(node, scope, checker, moves, true));
  return isTied ? 'its setup uses a parameter or variable of the constructor' : setup;
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

function whyNotServing(use: ts.PropertyAccessExpression, checker: ts.TypeChecker): string | undefined {
  let whole: ts.Expression = use;
  while (ts.isPropertyAccessExpression(whole.parent) && whole.parent.expression === whole)
    whole = whole.parent;
  const call = whole.parent;
  if (!ts.isCallExpression(call) || call.expression !== whole)
    return `\`${use.getText()}\` is handed on, so that other code may set it up`;
  const method = sdkMethod(call, checker);
  if (method === 'connect')
    return connectsToStdio(use, checker)
      ? undefined
      : 'each request needs a server of its own, and the class has one';
  return method !== undefined && WHILE_SERVING.has(method)
    ? undefined
    : `\`${whole.getText()}\` is called outside of the constructor`;
}

function connectsToStdio({ parent }: ts.PropertyAccessExpression, checker: ts.TypeChecker): boolean {
  const call = parent.parent;
  if (!ts.isCallExpression(call) || sdkMethod(call, checker) !== 'connect') return false;
  const [argument] = call.arguments;
  return argument !== undefined && isStdioTransport(argument, checker);
}
