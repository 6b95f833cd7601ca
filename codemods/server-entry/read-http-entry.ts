import { contains } from '../../engine/plan/build-flow-tree.ts';
import { ts } from '../../engine/syntax/ts.ts';
import { findLatePlace, findRoutingPlace } from './find-routing-place.ts';
import { entryFactoryOf } from './entry-factory.ts';
import { whyNoFactory } from './why-no-factory.ts';
import { isKnownAt } from './is-known-at.ts';
import { readHostCheck } from './read-host-check.ts';
import { isHttpTransport, resolvedSymbol, sdkMethod } from './sdk-symbols.ts';
import { dependsOn, isRepeatable } from './server-factory.ts';
import { isAsyncFunction } from '../../engine/syntax/is-async-function.ts';

/** A function that is given requests and hands them to a transport. */
type Listener = ts.ArrowFunction | ts.FunctionExpression | ts.FunctionDeclaration | ts.MethodDeclaration;

/** What the routing between the eras is made of. */
export interface HttpEntry {
  /** What the transport is handed, as the listener writes it. */
  readonly handed: NodeRequest | WebRequest;
  /** The routing stands in front of this statement, the modern handler in front of the one around the listener. */
  readonly place: ts.Statement;
  readonly aroundListener: ts.Statement;
  /** An expression that gives a new server, or a promise of one. */
  readonly factory: string;
  /** The server depends on the request, so it is made where that is routed; the expression gives a promise to wait for. */
  readonly ofRequest: 'awaited' | 'plain' | undefined;
  /** What the transport checks of the host, in front of which the routing stands: an object for `isHostAllowed`. */
  readonly hostCheck: string | undefined;
}

/** Of `node:http`, Express, Fastify: `transport.handleRequest(req, res, req.body)`. */
interface NodeRequest {
  readonly kind: 'node';
  readonly request: string;
  readonly response: string;
  readonly body: string;
  /** By its type the request may have `method: undefined`, as `IncomingMessage` has. */
  readonly mayLackMethod: boolean;
}

/** Of Hono, Workers, Deno, Bun: `transport.handleRequest(request, { parsedBody })`. */
interface WebRequest {
  readonly kind: 'web';
  readonly request: string;
  readonly body: string | undefined;
  readonly options: string | undefined;
}

/** The function around a connection that hands requests to the transport. */
export function findListener(connect: ts.Node, checker: ts.TypeChecker): Listener | undefined {
  const around = ts.findAncestor(
    connect,
    (node): node is Listener => isListener(node) && handleRequestCalls(node, checker).length > 0,
  );
  return around !== undefined && around.parameters.length > 0 ? around : undefined;
}

function isListener(node: ts.Node): node is Listener {
  return (
    ts.isArrowFunction(node) ||
    ts.isFunctionExpression(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isMethodDeclaration(node)
  );
}

/** What the rewrite needs to know, or why it cannot be done. */
export function readHttpEntry(
  connect: ts.CallExpression,
  listener: Listener,
  program: ts.Program,
): HttpEntry | string {
  const checker = program.getTypeChecker();
  const receiver = (connect.expression as ts.PropertyAccessExpression).expression;
  const factory = entryFactoryOf(receiver, checker);
  if (factory === undefined) return whyNoFactory(receiver, checker);
  if (!isAsyncFunction(listener)) return 'the listener is not async';
  const [call, ...others] = handleRequestCalls(listener, checker);
  const handed = call && readHanded(call, checker);
  if (call === undefined || handed === undefined) return NO_PLACE;
  if (typeof handed === 'string') return handed;
  const expected = call.arguments.map((given) => given.getText()).join();
  if (others.some((other) => other.arguments.map((given) => given.getText()).join() !== expected))
    return 'the transport is handed different requests or bodies';
  const hostCheck = readHostCheck(listener.getSourceFile(), program);
  if (typeof hostCheck === 'string') return hostCheck;
  const start = statementAfterNames([...call.arguments, ...(hostCheck?.values ?? [])], listener, checker);
  const aroundListener = enclosingStatement(listener);
  if (start === undefined || aroundListener === undefined) return NO_PLACE;
  const names = [...listener.parameters.map(({ name }) => name), ...call.arguments.slice(0, 2)];
  const given = new Set(names.map((name) => name.getText()));
  const path = { connect, factory: factory.call, given, checker };
  const isLate = start.pos > connect.pos;
  const place = isLate ? findLatePlace(start, call, path) : findRoutingPlace(start, path);
  if (typeof place === 'string') return place;
  const isTied =
    !factory.call.arguments.every((argument) => isRepeatable(argument, checker)) ||
    dependsOn(factory.call, listener, checker);
  if (isTied && !contains(listener, factory.call))
    return 'an argument of the factory is computed at the call';
  if (isTied && !isKnownAt(place, factory.call, listener, checker))
    return 'the server is made with what is not known before its session';
  const wait = ts.isAwaitExpression(factory.call.parent) ? 'awaited' : 'plain';
  const ofRequest = isTied ? wait : undefined;
  return { handed, place, aroundListener, factory: factory.text, ofRequest, hostCheck: hostCheck?.text };
}

const NO_PLACE = 'there is no place where the body is known';

function handleRequestCalls(listener: Listener, checker: ts.TypeChecker): ts.CallExpression[] {
  const calls: ts.CallExpression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && sdkMethod(node, checker) === 'handleRequest') calls.push(node);
    ts.forEachChild(node, visit);
  };
  visit(listener);
  return calls;
}

function readHanded(call: ts.CallExpression, checker: ts.TypeChecker): NodeRequest | WebRequest | string {
  const [request, second, third] = call.arguments;
  const transport = (call.expression as ts.PropertyAccessExpression).expression;
  if (request === undefined) return NO_PLACE;
  if (isHttpTransport(transport, 'web', checker)) return readWebRequest(request, second);
  if (second === undefined || third === undefined) return 'the transport is not handed the parsed body';
  return {
    kind: 'node',
    request: request.getText(),
    response: second.getText(),
    body: third.getText(),
    mayLackMethod: mayLackMethod(request, checker),
  };
}

function mayLackMethod(request: ts.Expression, checker: ts.TypeChecker): boolean {
  const method = checker.getTypeAtLocation(request).getProperty('method');
  const type = method && checker.getTypeOfSymbolAtLocation(method, request);
  return type === undefined || checker.getNonNullableType(type) !== type;
}

/** `createMcpHandler` takes the options of the transport's `handleRequest`: `parsedBody` and `authInfo`. */
function readWebRequest(request: ts.Expression, options: ts.Expression | undefined): WebRequest | string {
  const read = { kind: 'web', request: request.getText(), options: options?.getText() } as const;
  if (options === undefined) return { ...read, body: undefined };
  if (!ts.isObjectLiteralExpression(options)) return 'the options of the request are not written out';
  const body = options.properties.find(({ name }) => name?.getText() === 'parsedBody');
  if (body === undefined) return { ...read, body: undefined };
  const value = ts.isPropertyAssignment(body) ? body.initializer : body.name;
  return { ...read, body: value?.getText() };
}

/** The first statement of the listener in which all names of the expressions have their values. */
function statementAfterNames(
  expressions: readonly ts.Expression[],
  listener: Listener,
  checker: ts.TypeChecker,
): ts.Statement | undefined {
  if (listener.body === undefined || !ts.isBlock(listener.body)) return undefined;
  let [last] = listener.body.statements;
  for (const name of expressions.flatMap(identifiersIn)) {
    const declaration = valueOf(name, checker)?.valueDeclaration;
    const isOwn = declaration !== undefined && ts.findAncestor(declaration, (node) => node === listener);
    if (isOwn === undefined || isOwn === false || ts.findAncestor(declaration, ts.isParameter)) continue;
    const after = statementAfterLastValue(declaration, listener, checker);
    if (after === undefined) return undefined;
    if (last === undefined || after.pos > last.pos) last = after;
  }
  return last;
}

function identifiersIn(expression: ts.Expression): ts.Identifier[] {
  const found: ts.Identifier[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) found.push(node);
    if (ts.isPropertyAccessExpression(node)) visit(node.expression);
    else ts.forEachChild(node, visit);
  };
  visit(expression);
  return found;
}

function valueOf(name: ts.Identifier, checker: ts.TypeChecker): ts.Symbol | undefined {
  return ts.isShorthandPropertyAssignment(name.parent)
    ? checker.getShorthandAssignmentValueSymbol(name.parent)
    : resolvedSymbol(name, checker);
}

/** The statement behind the declaration of a variable and all assignments to it. */
function statementAfterLastValue(
  declaration: ts.Declaration,
  listener: Listener,
  checker: ts.TypeChecker,
): ts.Statement | undefined {
  const statement = ts.findAncestor(declaration, ts.isVariableStatement);
  if (statement === undefined || !ts.isBlock(statement.parent)) return undefined;
  if (ts.findAncestor(statement, ts.isFunctionLike) !== listener) return undefined;
  const { statements } = statement.parent;
  const name = ts.getNameOfDeclaration(declaration);
  const symbol = name && checker.getSymbolAtLocation(name);
  const last = statements.findLastIndex(
    (candidate) => candidate === statement || (symbol !== undefined && assigns(candidate, symbol, checker)),
  );
  return statements[last + 1];
}

function assigns(node: ts.Node, symbol: ts.Symbol, checker: ts.TypeChecker): boolean {
  if (
    ts.isBinaryExpression(node) &&
    node.operatorToken.kind >= ts.SyntaxKind.FirstAssignment &&
    node.operatorToken.kind <= ts.SyntaxKind.LastAssignment &&
    checker.getSymbolAtLocation(node.left) === symbol
  )
    return true;
  return ts.forEachChild(node, (child) => assigns(child, symbol, checker)) === true;
}

/** The statement of a statement list that a listener is part of. */
export function enclosingStatement(listener: Listener): ts.Statement | undefined {
  return ts.findAncestor(
    listener,
    (node): node is ts.Statement =>
      ts.isStatement(node) && (ts.isSourceFile(node.parent) || ts.isBlock(node.parent)),
  );
}
