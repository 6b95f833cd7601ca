import { isSdkFile } from '../../engine/find/find-asks.ts';
import { ts } from '../../engine/syntax/ts.ts';
import { resolveAlias } from '../../engine/syntax/resolve-alias.ts';

/** Whether an expression names the SDK's class or function `name`, however it was imported. */
export function isSdkExport(expression: ts.Expression, name: string, checker: ts.TypeChecker): boolean {
  const symbol = resolvedSymbol(expression, checker);
  return symbol?.name === name && declaredBySdk(symbol);
}

const SERVER_CLASSES: ReadonlySet<string> = new Set(['McpServer', 'Server']);

/** Whether an expression names one of the SDK's server classes. */
export function isServerClass(expression: ts.Expression, checker: ts.TypeChecker): boolean {
  const symbol = resolvedSymbol(expression, checker);
  return symbol !== undefined && SERVER_CLASSES.has(symbol.name) && declaredBySdk(symbol);
}

const HTTP_TRANSPORTS: ReadonlyMap<string, 'node' | 'web'> = new Map([
  ['NodeStreamableHTTPServerTransport', 'node'],
  ['WebStandardStreamableHTTPServerTransport', 'web'],
]);

/** Whether an expression is a Streamable HTTP transport of the SDK, by its type or as it is created. */
export function isHttpTransport(
  expression: ts.Expression,
  kind: 'node' | 'web' | 'any',
  checker: ts.TypeChecker,
): boolean {
  const own = HTTP_TRANSPORTS.get(sdkClassOf(expression, checker) ?? '');
  return own !== undefined && (kind === 'any' || own === kind);
}

/** Whether an expression is the SDK's transport for SSE, by its type or as it is created. */
export function isSseTransport(expression: ts.Expression, checker: ts.TypeChecker): boolean {
  return sdkClassOf(expression, checker) === 'SSEServerTransport';
}

/** Whether an expression is the SDK's stdio transport of a server, by its type or as it is created. */
export function isStdioTransport(expression: ts.Expression, checker: ts.TypeChecker): boolean {
  return sdkClassOf(expression, checker) === 'StdioServerTransport';
}

function sdkClassOf(expression: ts.Expression, checker: ts.TypeChecker): string | undefined {
  const symbol = ts.isNewExpression(expression)
    ? resolvedSymbol(expression.expression, checker)
    : checker.getNonNullableType(checker.getTypeAtLocation(expression)).symbol;
  return symbol !== undefined && declaredBySdk(symbol) ? symbol.name : undefined;
}

/** The SDK class and method a call goes to, such as `McpServer.connect`; undefined for any other call. */
export function sdkMethod(call: ts.CallExpression, checker: ts.TypeChecker): string | undefined {
  if (!ts.isPropertyAccessExpression(call.expression)) return undefined;
  const symbol = checker.getSymbolAtLocation(call.expression.name);
  if (symbol === undefined || !declaredBySdk(symbol)) return undefined;
  return symbol.name;
}

/** Whether a method call is one on the SDK's `Client`, or on a class of the project that extends it. */
export function isClientCall({ expression }: ts.CallExpression, checker: ts.TypeChecker): boolean {
  const isClient = (type: ts.Type): boolean => {
    if (type.symbol?.name === 'Client' && declaredBySdk(type.symbol)) return true;
    return type.isClass() && checker.getBaseTypes(type).some(isClient);
  };
  return (
    ts.isPropertyAccessExpression(expression) && isClient(checker.getTypeAtLocation(expression.expression))
  );
}

/** What an expression names, behind import aliases. */
export function resolvedSymbol(node: ts.Node, checker: ts.TypeChecker): ts.Symbol | undefined {
  const symbol = checker.getSymbolAtLocation(node);
  return symbol && resolveAlias(symbol, checker);
}

function declaredBySdk(symbol: ts.Symbol): boolean {
  return (symbol.declarations ?? []).some((declaration) => isSdkFile(declaration.getSourceFile().fileName));
}
