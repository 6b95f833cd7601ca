import { diag } from '../../diagnostics/catalog.gen.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { isSdkFile } from '../../engine/find/find-asks.ts';
import { spanOf } from '../../engine/plan/span-of.ts';
import { ts } from '../../engine/syntax/ts.ts';

const NAME = 'sessionId';
const KEYED: ReadonlySet<string> = new Set(['get', 'set', 'has', 'delete']);

/**
 * Where a file looks something up by the session id of the SDK's request context: requests of the modern era have none
 * (specification 2026-07-28, which removes sessions). Other uses, such as log lines, do no harm, and the id of a transport
 * is its entry's matter.
 */
export function findSessionUses(file: ts.SourceFile, checker: ts.TypeChecker): Diagnostic[] {
  if (!file.text.includes(NAME)) return [];
  const found: Diagnostic[] = [];
  const ids = new Set<ts.Symbol | undefined>();
  const visit = (node: ts.Node): void => {
    if (takesSession(node, checker)) ids.add(checker.getSymbolAtLocation(node.name));
    const isId =
      readsSession(node, checker) || (ts.isIdentifier(node) && ids.has(checker.getSymbolAtLocation(node)));
    if (isId && isKey(node))
      found.push(diag.sessionOfLegacyEra(spanOf(node), { expression: node.getText() }));
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** `ctx.sessionId` */
function readsSession(node: ts.Node, checker: ts.TypeChecker): node is ts.PropertyAccessExpression {
  return (
    ts.isPropertyAccessExpression(node) &&
    node.name.text === NAME &&
    isContext(checker.getTypeAtLocation(node.expression))
  );
}

/** `const id = ctx.sessionId ?? …`, or `{ sessionId }` taken out of a context. */
function takesSession(
  node: ts.Node,
  checker: ts.TypeChecker,
): node is ts.VariableDeclaration | ts.BindingElement {
  if (ts.isVariableDeclaration(node)) {
    const { initializer } = node;
    const value = initializer && ts.isBinaryExpression(initializer) ? initializer.left : initializer;
    return value !== undefined && readsSession(value, checker);
  }
  if (!ts.isBindingElement(node) || !ts.isObjectBindingPattern(node.parent)) return false;
  const name = node.propertyName ?? node.name;
  return name.getText() === NAME && isContext(checker.getTypeAtLocation(node.parent));
}

/** `map.get(id)`, `record[id]`, also with `id ?? ''` and `id!`. */
function isKey(id: ts.Node): boolean {
  const { parent } = id;
  const isWrapped =
    ts.isNonNullExpression(parent) ||
    ts.isAsExpression(parent) ||
    ts.isParenthesizedExpression(parent) ||
    ts.isTemplateSpan(parent) ||
    ts.isTemplateExpression(parent) ||
    (ts.isBinaryExpression(parent) && parent.left === id);
  if (isWrapped) return isKey(parent);
  if (ts.isElementAccessExpression(parent)) return parent.argumentExpression === id;
  return (
    ts.isCallExpression(parent) &&
    parent.arguments[0] === id &&
    ts.isPropertyAccessExpression(parent.expression) &&
    KEYED.has(parent.expression.name.text)
  );
}

/** The SDK's context of a request: the type with a session id and the request beside it. */
function isContext(type: ts.Type): boolean {
  const context = type.getNonNullableType();
  const declarations = context.getProperty(NAME)?.declarations ?? [];
  const isRequest = context.getProperty('mcpReq') ?? context.getProperty('requestId');
  return (
    isRequest !== undefined &&
    declarations.some((declaration) => isSdkFile(declaration.getSourceFile().fileName))
  );
}
