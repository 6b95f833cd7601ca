import { ts } from '../../engine/syntax/ts.ts';
import { isServerClass, resolvedSymbol } from '../server-entry/sdk-symbols.ts';

/** `new McpServer(…)`, or the `super(…)` of a class that extends it. */
export type ServerCreation = ts.NewExpression | SuperCall;

/** The statement `super(…);` of a constructor. */
export interface SuperCall extends ts.CallExpression {
  readonly parent: ts.ExpressionStatement;
}

/**
 * Where a file creates servers of the official packages: `new McpServer(…)`, `new Server(…)`, and, of classes that extend
 * them, the constructor's `super(…)` or, without a constructor, `new` with the arguments of the SDK's.
 */
export function findServerCreations(file: ts.SourceFile, checker: ts.TypeChecker): ServerCreation[] {
  const found: ServerCreation[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node) && takesServerOptions(node.expression, checker)) found.push(node);
    if (isSuperCall(node) && takesServerOptions(baseOf(node), checker)) found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** Whether a class is a server of the SDK, or extends one without a constructor of its own. */
function takesServerOptions(expression: ts.Expression | undefined, checker: ts.TypeChecker): boolean {
  if (expression === undefined) return false;
  if (isServerClass(expression, checker)) return true;
  const declaration = resolvedSymbol(expression, checker)?.valueDeclaration;
  if (declaration === undefined || !ts.isClassLike(declaration)) return false;
  if (declaration.members.some(ts.isConstructorDeclaration)) return false;
  return takesServerOptions(baseClass(declaration), checker);
}

/** Whether each instance of a class becomes a server of the SDK by one `super(…);` in its own constructor. */
export function createsServer(node: ts.ClassLikeDeclaration, checker: ts.TypeChecker): boolean {
  const base = baseClass(node);
  const body = node.members.find(ts.isConstructorDeclaration)?.body;
  const calls = body?.statements.filter(
    (statement) => ts.isExpressionStatement(statement) && isSuperCall(statement.expression),
  );
  return base !== undefined && isServerClass(base, checker) && calls?.length === 1;
}

export function isSuperCall(node: ts.Node): node is SuperCall {
  return (
    ts.isCallExpression(node) &&
    node.expression.kind === ts.SyntaxKind.SuperKeyword &&
    ts.isExpressionStatement(node.parent)
  );
}

function baseOf(call: SuperCall): ts.Expression | undefined {
  const owner = ts.findAncestor(call, ts.isClassLike);
  return owner && baseClass(owner);
}

function baseClass({ heritageClauses }: ts.ClassLikeDeclaration): ts.Expression | undefined {
  return heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)?.types[0]?.expression;
}
