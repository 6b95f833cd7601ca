import { isSdkFile, sdkFunctionName } from '../engine/find/find-asks.ts';
import { ts } from '../engine/syntax/ts.ts';
import { resolveAlias } from '../engine/syntax/resolve-alias.ts';

/** Looks through `await`, parentheses and type assertions. */
export function unwrap(node: ts.Expression): ts.Expression {
  let at = node;
  while (
    ts.isAwaitExpression(at) ||
    ts.isParenthesizedExpression(at) ||
    ts.isAsExpression(at) ||
    ts.isSatisfiesExpression(at) ||
    ts.isNonNullExpression(at)
  )
    at = at.expression;
  return at;
}

/** What an expression stands for: itself, or the initializer of the constant it names. */
export function resolveValue(node: ts.Expression, checker: ts.TypeChecker): ts.Expression {
  const value = unwrap(node);
  if (!ts.isIdentifier(value)) return value;
  const symbol = ts.isShorthandPropertyAssignment(value.parent)
    ? checker.getShorthandAssignmentValueSymbol(value.parent)
    : checker.getSymbolAtLocation(value);
  const declaration = symbol?.valueDeclaration;
  const isConstant =
    declaration !== undefined &&
    ts.isVariableDeclaration(declaration) &&
    (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0;
  return isConstant && declaration.initializer !== undefined
    ? resolveValue(declaration.initializer, checker)
    : value;
}

/** Whether a call goes to the MCP server SDK's function of that name. */
export function isSdkCall(
  node: ts.Node,
  names: ReadonlySet<string>,
  checker: ts.TypeChecker,
): node is ts.CallExpression {
  return ts.isCallExpression(node) && names.has(sdkFunctionName(node, checker) ?? '');
}

/** The object a method is called on, when it is a request state of `mrtr/runtime` (by its shape: it may be a copy). */
export function isRequestStateMethod(
  call: ts.CallExpression,
  method: 'ask' | 'mint',
  checker: ts.TypeChecker,
): boolean {
  if (!ts.isPropertyAccessExpression(call.expression) || call.expression.name.text !== method) return false;
  const owner = checker.getTypeAtLocation(call.expression.expression);
  return ['protect', 'mint', 'ask'].every((name) => owner.getProperty(name) !== undefined);
}

const ANSWER_READERS: ReadonlySet<string> = new Set([
  'elicitResult',
  'samplingResult',
  'samplingResultWithTools',
  'rootsResult',
]);

/** A reader of `mrtr/runtime`, which validates what it returns. */
export function isAnswerReader(node: ts.Node, checker: ts.TypeChecker): boolean {
  if (!ts.isCallExpression(node) || !ts.isIdentifier(node.expression)) return false;
  const symbol = checker.getSymbolAtLocation(node.expression);
  const target = symbol && resolveAlias(symbol, checker);
  return target !== undefined && ANSWER_READERS.has(target.name) && importedFrom(symbol, 'mrtr/runtime');
}

function importedFrom(symbol: ts.Symbol | undefined, module: string): boolean {
  return (symbol?.declarations ?? []).some((declaration) => {
    const statement = ts.findAncestor(declaration, ts.isImportDeclaration);
    return (
      statement !== undefined &&
      ts.isStringLiteral(statement.moduleSpecifier) &&
      statement.moduleSpecifier.text === module
    );
  });
}

/** Every node below `root` in source order; `enter` says whether to look inside a node. */
export function nodesBelow(root: ts.Node, enter: (node: ts.Node) => boolean = () => true): ts.Node[] {
  const found: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    found.push(node);
    if (enter(node)) ts.forEachChild(node, visit);
  };
  ts.forEachChild(root, visit);
  return found;
}

/** Every node that runs with `root`: what a nested function contains runs when that is called. */
export function ownNodes(root: ts.Node): ts.Node[] {
  return nodesBelow(root, (node) => !ts.isFunctionLike(node) && !ts.isClassLike(node));
}

/** `new McpServer(…)` or `new Server(…)` of the official package. */
export function isServerCreation(node: ts.Node, checker: ts.TypeChecker): node is ts.NewExpression {
  if (!ts.isNewExpression(node)) return false;
  const { symbol } = checker.getTypeAtLocation(node);
  return (
    symbol !== undefined &&
    /^(Mcp)?Server$/.test(symbol.name) &&
    (symbol.declarations ?? []).some((declaration) => isSdkFile(declaration.getSourceFile().fileName))
  );
}
