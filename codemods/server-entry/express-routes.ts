import { isSdkFile } from '../../engine/find/find-asks.ts';
import { ts } from '../../engine/syntax/ts.ts';
import { isLog } from './has-request-check.ts';
import { resolvedSymbol } from './sdk-symbols.ts';
import { constantOf, usesOf } from './server-factory.ts';

/** `app.get(path, …handlers)`, a statement of its own. */
export interface ExpressRoute {
  readonly method: string;
  /** Undefined for `app.use(…)` of all paths. */
  readonly path: string | undefined;
  readonly handlers: readonly ts.Expression[];
  readonly statement: ts.Statement;
}

/** An app that the file makes, with all that is registered on it, in the order of the text. */
export interface ExpressApp {
  readonly name: string;
  readonly routes: readonly ExpressRoute[];
}

const ROUTE_METHODS = 'get post put patch delete options head all use route'.split(' ');

/** The methods of which a route may answer a POST. */
const POSTED: ReadonlySet<string> = new Set(['post', 'all', 'use', 'route']);

/** `listener` as the last argument of `app.get(…)` or the like: the app and the call. */
export function routeAround(
  listener: ts.Node,
  checker: ts.TypeChecker,
): { readonly app: ts.VariableDeclaration; readonly statement: ts.Statement } | undefined {
  const call = listener.parent;
  if (!ts.isCallExpression(call) || call.arguments.at(-1) !== listener) return undefined;
  if (!ts.isPropertyAccessExpression(call.expression) || !ts.isExpressionStatement(call.parent))
    return undefined;
  const app = constantOf(call.expression.expression, checker);
  const isApp = app !== undefined && isMadeByExpress(app.initializer, checker);
  return isApp ? { app, statement: call.parent } : undefined;
}

/** `express()`, or `createMcpExpressApp()` of the SDK: an app that has no routes yet. */
function isMadeByExpress(made: ts.Expression, checker: ts.TypeChecker): boolean {
  const callee = ts.isCallExpression(made) ? resolvedSymbol(made.expression, checker) : undefined;
  const [declaration] = callee?.declarations ?? [];
  if (callee === undefined || declaration === undefined) return false;
  const { fileName } = declaration.getSourceFile();
  if (isSdkFile(fileName)) return callee.name === 'createMcpExpressApp';
  return /[\\/]@types[\\/]express[\\/]/.test(fileName) && ts.isFunctionDeclaration(declaration);
}

/** @returns why its routes are not all known */
export function readExpressApp(app: ts.VariableDeclaration, checker: ts.TypeChecker): ExpressApp | string {
  if (isExported(app, checker)) return 'the app is used where routes may be added to it';
  const routes: ExpressRoute[] = [];
  for (const use of usesOf(app, checker)) {
    const call = use.parent.parent;
    if (!ts.isPropertyAccessExpression(use.parent) || !ts.isCallExpression(call)) {
      if (isListenerOfNode(use, checker)) continue;
      return 'the app is used where routes may be added to it';
    }
    const method = use.parent.name.text;
    if (!ROUTE_METHODS.includes(method) || isSetting(method, call)) continue;
    const route = readRoute(method, call, checker);
    if (typeof route === 'string') return route;
    routes.push(route);
  }
  return { name: app.name.getText(), routes };
}

/** `app.get('trust proxy')` */
function isSetting(method: string, call: ts.CallExpression): boolean {
  return method === 'get' && call.arguments.length === 1;
}

function readRoute(method: string, call: ts.CallExpression, checker: ts.TypeChecker): ExpressRoute | string {
  const statement = ts.findAncestor(call, ts.isStatement);
  const [first, ...rest] = call.arguments;
  const isWhole = statement !== undefined && ts.isExpressionStatement(statement);
  if (!isWhole || (method !== 'route' && call.parent !== statement))
    return 'the app is used where routes may be added to it';
  const path = first && stringOf(first, checker);
  if (path !== undefined) return { method, path, handlers: rest, statement };
  const isAll = method === 'use' && call.arguments.every((given) => isFunction(given, checker));
  if (!isAll) return 'the path of a route cannot be told';
  return { method, path, handlers: call.arguments, statement };
}

function stringOf(expression: ts.Expression, checker: ts.TypeChecker): string | undefined {
  const value = constantOf(expression, checker)?.initializer ?? expression;
  return ts.isStringLiteralLike(value) ? value.text : undefined;
}

function isFunction(expression: ts.Expression, checker: ts.TypeChecker): boolean {
  const type = checker.getTypeAtLocation(expression);
  return type.getCallSignatures().length > 0;
}

/** `createServer(app)` of `node:http`, which only calls it. */
function isListenerOfNode(use: ts.Identifier, checker: ts.TypeChecker): boolean {
  if (!ts.isCallExpression(use.parent)) return false;
  const callee = resolvedSymbol(use.parent.expression, checker);
  const isNode = callee?.declarations?.some((one) =>
    /[\\/]@types[\\/]node[\\/]https?\.d\.ts$/.test(one.getSourceFile().fileName),
  );
  return callee?.name === 'createServer' && isNode === true;
}

function isExported(app: ts.VariableDeclaration, checker: ts.TypeChecker): boolean {
  const symbol = checker.getSymbolAtLocation(app.name);
  const module = checker.getSymbolAtLocation(app.getSourceFile());
  const isListed = module !== undefined && symbol !== undefined && module.exports?.has(symbol.escapedName);
  return isListed === true || (ts.getCombinedModifierFlags(app) & ts.ModifierFlags.Export) !== 0;
}

/** @returns why a new route for POST requests at `wanted` would not be the only one that answers there */
export function whyTaken(
  wanted: string,
  { routes }: ExpressApp,
  checker: ts.TypeChecker,
): string | undefined {
  for (const { method, path, handlers } of routes) {
    if (path !== undefined && isUnder(wanted, path, method)) return 'the path of its endpoint is taken';
    if (path !== undefined && isPattern(path) && POSTED.has(method))
      return 'the path of its endpoint is taken';
    const isEverywhere = path === undefined || isForAll(method, path);
    if (isEverywhere && handlers.some((handler) => isRouter(handler, checker)))
      return 'a router of the app may have the path of its endpoint';
  }
  return undefined;
}

function isRouter(handler: ts.Expression, checker: ts.TypeChecker): boolean {
  const type = checker.getTypeAtLocation(handler);
  return type.getProperty('route') !== undefined || type.getProperty('stack') !== undefined;
}

/** Whether something else on the app may be run for one of two routes only because of its path. */
export function isGuardedByPath(
  { routes }: ExpressApp,
  guarded: readonly [ExpressRoute, ExpressRoute],
  checker: ts.TypeChecker,
): boolean {
  return routes.some(({ method, path, handlers, statement }) => {
    if (path === undefined || isForAll(method, path))
      return handlers.some((handler) => mayTellPaths(handler, checker));
    if (guarded.some((route) => route.statement === statement)) return false;
    return guarded.some((route) => {
      const isFirst = statement.pos < route.statement.pos;
      const isOfMethod = method === route.method || ['all', 'use', 'route'].includes(method);
      const isMatch = isPattern(path) || isUnder(route.path ?? '', path, method);
      return isFirst && isOfMethod && isMatch;
    });
  });
}

const PATH_OF_REQUEST: ReadonlySet<string> = new Set(['path', 'url', 'originalUrl', 'baseUrl']);

/** Whether a middleware of all paths looks at that of a request, other than for a log, or is told paths. */
function mayTellPaths(handler: ts.Expression, checker: ts.TypeChecker): boolean {
  const looks = (node: ts.Node): boolean => {
    if (ts.isCallExpression(node) && isLog(node)) return false;
    if (ts.isStringLiteralLike(node) && node.text.startsWith('/')) return true;
    if (ts.isIdentifier(node) && PATH_OF_REQUEST.has(node.text)) return true;
    return ts.forEachChild(node, looks) === true;
  };
  return [handler, ...declarationsBehind(handler, checker)].some(looks);
}

/** The function of the project that a middleware is, or that makes it. */
function declarationsBehind(handler: ts.Expression, checker: ts.TypeChecker): ts.Declaration[] {
  const named = ts.isCallExpression(handler) ? handler.expression : handler;
  const declaration = ts.isIdentifier(named) ? resolvedSymbol(named, checker)?.valueDeclaration : undefined;
  if (declaration === undefined || declaration.getSourceFile().isDeclarationFile) return [];
  const made = ts.isVariableDeclaration(declaration) ? declaration.initializer : undefined;
  const isMade = made !== undefined && ts.isCallExpression(made);
  return [declaration, ...(isMade ? declarationsBehind(made, checker) : [])];
}

/** `app.use('/', …)` */
function isForAll(method: string, path: string): boolean {
  return method === 'use' && plain(path) === '';
}

/** Whether a route of this path gets requests of `wanted`: the same one, or for `use` also a beginning of it. */
function isUnder(wanted: string, path: string, method: string): boolean {
  if (plain(wanted) === plain(path)) return true;
  return method === 'use' && plain(path) !== '' && plain(wanted).startsWith(`${plain(path)}/`);
}

/** As Express compares paths by default: without regard to case and a slash at the end. */
function plain(path: string): string {
  return path.toLowerCase().replace(/\/$/, '');
}

function isPattern(path: string): boolean {
  return /[^\w\-./~%@]/.test(path);
}
