import { contains } from '../../engine/plan/build-flow-tree.ts';
import { ts } from '../../engine/syntax/ts.ts';
import type { EntryFactory } from './entry-factory.ts';
import { isGuardedByPath, readExpressApp, routeAround, whyTaken } from './express-routes.ts';
import type { ExpressApp, ExpressRoute } from './express-routes.ts';
import { hasRequestCheck } from './has-request-check.ts';
import { readHostOptions } from './read-host-check.ts';
import { isSseTransport, sdkMethod } from './sdk-symbols.ts';
import { dependsOn, isRepeatable, usesOf } from './server-factory.ts';

/** What an endpoint of the modern era beside the routes of SSE is made of. */
export interface SseEntry {
  readonly app: string;
  /** The path that clients of the legacy era connect to. */
  readonly path: string;
  /** Both routes of SSE are guarded by what stands in front of it: the later one. */
  readonly place: ts.Statement;
  /** What stands in the argument lists of both routes in front of their listeners, as it is written there. */
  readonly middlewares: readonly string[];
  /** An expression that gives a new server, or a promise of one. */
  readonly factory: string;
  /** What the transport checks of the host: an object for `isHostAllowed`. */
  readonly hostCheck: string | undefined;
}

/** The path of the new endpoint, which the SDK's examples use. */
export const MODERN_PATH = '/mcp';

const SSE = 'SSE exists in the legacy era only, so clients of the modern era need an endpoint beside it';

/** What the endpoint needs to know, or why there can be none. */
export function readSseEntry(
  connect: ts.CallExpression,
  factory: EntryFactory,
  checker: ts.TypeChecker,
): SseEntry | string {
  const listener = ts.findAncestor(connect, ts.isFunctionLike);
  const around = listener && routeAround(listener, checker);
  if (listener === undefined || around === undefined) return SSE;
  const app = readExpressApp(around.app, checker);
  if (typeof app === 'string') return app;
  const connecting = app.routes.find(({ statement }) => statement === around.statement);
  const receiving = findReceiving(app, checker);
  if (connecting?.method !== 'get' || receiving === undefined || !isBeside(connecting, receiving.route))
    return 'its messages do not arrive at a route beside that of its connections';
  const taken = whyTaken(MODERN_PATH, app, checker);
  if (taken !== undefined) return taken;
  if (isGuardedByPath(app, [connecting, receiving.route], checker))
    return 'a middleware of its routes is not in their argument lists';
  const doesMore =
    dependsOn(factory.call, listener, checker) ||
    !factory.call.arguments.every((argument) => isRepeatable(argument, checker));
  if (doesMore) return 'an argument of the factory is computed at the call';
  if (factory.constant !== undefined && usesOf(factory.constant.named, checker).some(setsUp))
    return 'the function that connects the server does more with it';
  if (
    hasRequestCheck(connect, listener, checker) ||
    hasRequestCheck(receiving.call, receiving.listener, checker)
  )
    return 'a check inside of its routes would not hold for another endpoint';
  const middlewares = middlewaresOf([connecting, receiving.route], checker);
  if (middlewares === undefined) return 'a middleware of its routes is written out in their argument lists';
  const hostCheck = readHostCheckOf(listener, checker);
  if (typeof hostCheck === 'string') return hostCheck;
  const place = connecting.statement.pos > receiving.route.statement.pos ? connecting : receiving.route;
  return {
    app: app.name,
    path: connecting.path ?? '',
    place: place.statement,
    middlewares,
    factory: factory.text,
    hostCheck: hostCheck?.text,
  };
}

interface Receiving {
  readonly route: ExpressRoute;
  readonly listener: ts.SignatureDeclaration;
  readonly call: ts.CallExpression;
}

/** The one route whose listener hands messages to a transport of SSE. */
function findReceiving(app: ExpressApp, checker: ts.TypeChecker): Receiving | undefined {
  const found = app.routes.flatMap((route) => {
    const listener = route.handlers.at(-1);
    if (listener === undefined || !ts.isFunctionLike(listener)) return [];
    return messageCalls(listener, checker).map((call) => ({ route, listener, call }));
  });
  const [first, ...others] = found;
  const isOne = others.length === 0 && first?.route.method === 'post';
  return isOne && ts.findAncestor(first.call, ts.isFunctionLike) === first.listener ? first : undefined;
}

function messageCalls(listener: ts.Node, checker: ts.TypeChecker): ts.CallExpression[] {
  const calls: ts.CallExpression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && sdkMethod(node, checker) === 'handlePostMessage') calls.push(node);
    ts.forEachChild(node, visit);
  };
  visit(listener);
  return calls;
}

function isBeside(one: ExpressRoute, other: ExpressRoute): boolean {
  return one.statement.parent === other.statement.parent;
}

/** A use of the server that may be part of setting it up: not its connection, its end, or keeping it. */
function setsUp(use: ts.Identifier): boolean {
  const { parent } = use;
  if (ts.isPropertyAccessExpression(parent)) {
    let member: ts.Expression = parent;
    while (ts.isPropertyAccessExpression(member.parent)) member = member.parent;
    const isCalled = ts.isCallExpression(member.parent) && member.parent.expression === member;
    if (isCalled) return member !== parent || !['connect', 'close'].includes(parent.name.text);
    const isAssigned = ts.isBinaryExpression(member.parent) && member.parent.left === member;
    return !isAssigned || !/\.on(?:close|error)$/.test(member.getText());
  }
  if (ts.isCallExpression(parent)) {
    const { expression } = parent;
    return !ts.isPropertyAccessExpression(expression) || !['set', 'add'].includes(expression.name.text);
  }
  return !ts.isObjectLiteralElement(parent);
}

/** @returns undefined where one of them is not a name or a call, so that it cannot be repeated */
function middlewaresOf(routes: readonly ExpressRoute[], checker: ts.TypeChecker): string[] | undefined {
  const found = routes.flatMap(({ handlers }) => handlers.slice(0, -1));
  const isNamed = (given: ts.Expression): boolean =>
    isRepeatable(given, checker) ||
    (ts.isCallExpression(given) &&
      isRepeatable(given.expression, checker) &&
      given.arguments.every((argument) => isRepeatable(argument, checker)));
  return found.every(isNamed) ? [...new Set(found.map((given) => given.getText()))] : undefined;
}

/** What the transport that the listener creates checks of the host, where that can be repeated outside of it. */
function readHostCheckOf(listener: ts.Node, checker: ts.TypeChecker): ReturnType<typeof readHostOptions> {
  const created: ts.NewExpression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node) && isSseTransport(node, checker)) created.push(node);
    ts.forEachChild(node, visit);
  };
  visit(listener);
  const unknown = 'the hosts that its transport allows cannot be told';
  const [transport] = created;
  if (transport === undefined || created.length > 1) return unknown;
  const options = transport.arguments?.[2];
  const check = options && readHostOptions(options, checker);
  if (check === undefined || typeof check === 'string') return check;
  const isOutside = check.values.every((value) => !isOf(value, listener, checker));
  return isOutside ? check : unknown;
}

function isOf(value: ts.Expression, listener: ts.Node, checker: ts.TypeChecker): boolean {
  return dependsOn(value, listener, checker) || (!contains(listener, value) && !isRepeatable(value, checker));
}
