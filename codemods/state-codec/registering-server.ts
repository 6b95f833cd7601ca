import { ts } from '../../engine/syntax/ts.ts';
import { isServerClass } from '../server-entry/sdk-symbols.ts';
import { withoutProtection } from '../server-entry/server-factory.ts';

/**
 * The `new McpServer(…)` that a handler is registered on, where the code says so in place: through a constant, or through a
 * property that its class declares with it and never assigns.
 * @param registration `server.registerTool(…)`, `this.server.server.setRequestHandler(…)`
 */
export function registeringServer(
  { expression }: ts.CallExpression,
  checker: ts.TypeChecker,
): ts.NewExpression | undefined {
  return ts.isPropertyAccessExpression(expression) ? serverBehind(expression.expression, checker) : undefined;
}

function serverBehind(holder: ts.Expression, checker: ts.TypeChecker): ts.NewExpression | undefined {
  const name = ts.isPropertyAccessExpression(holder) ? holder.name : holder;
  if (!ts.isIdentifier(name)) return undefined;
  const declaration = checker.getSymbolAtLocation(name)?.valueDeclaration;
  const created =
    declaration && isKept(declaration) ? creationIn(declaration.initializer, checker) : undefined;
  if (created !== undefined || !ts.isPropertyAccessExpression(holder)) return created;
  // `Server` of an `McpServer` is its `server`.
  return name.text === 'server' ? serverBehind(holder.expression, checker) : undefined;
}

function creationIn(value: ts.Expression | undefined, checker: ts.TypeChecker): ts.NewExpression | undefined {
  if (value === undefined) return undefined;
  if (ts.isNewExpression(value)) return isServerClass(value.expression, checker) ? value : undefined;
  const server = withoutProtection(value);
  return server === value ? undefined : creationIn(server, checker);
}

/** True for a declaration whose initial value is the only one. */
function isKept(node: ts.Declaration): node is ts.VariableDeclaration | ts.PropertyDeclaration {
  if (ts.isVariableDeclaration(node)) return (ts.getCombinedNodeFlags(node) & ts.NodeFlags.Const) !== 0;
  if (!ts.isPropertyDeclaration(node)) return false;
  const isAssignment = (at: ts.Node): boolean =>
    ts.isBinaryExpression(at) &&
    at.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
    ts.isPropertyAccessExpression(at.left) &&
    at.left.name.text === node.name.getText();
  const assigns = (at: ts.Node): boolean => isAssignment(at) || (ts.forEachChild(at, assigns) ?? false);
  return !assigns(node.getSourceFile());
}
