import { isSdkFile } from '../../engine/find/find-asks.ts';
import { ts } from '../../engine/syntax/ts.ts';
import type { TextEdit } from '../edits.ts';

/**
 * Where the members of version 1's `RequestHandlerExtra` are in the `ServerContext` of version 2 (the SDK's migration
 * guide, "request handler context").
 */
const MOVED: ReadonlyMap<string, string> = new Map([
  ['signal', 'mcpReq.signal'],
  ['requestId', 'mcpReq.id'],
  ['_meta', 'mcpReq._meta'],
  ['sendRequest', 'mcpReq.send'],
  ['sendNotification', 'mcpReq.notify'],
  ['authInfo', 'http?.authInfo'],
  ['requestInfo', 'http?.req'],
  ['closeSSEStream', 'http?.closeSSE'],
  ['closeStandaloneSSEStream', 'http?.closeStandaloneSSE'],
]);
const CONTEXTS: ReadonlySet<string> = new Set(['ServerContext', 'BaseContext', 'ClientContext']);

/**
 * The SDK's codemod renames the members of a context where it sees the handler that is given it. By their types they are
 * found in every other function too.
 */
export function renameContextMembers(file: ts.SourceFile, checker: ts.TypeChecker): TextEdit[] {
  const edits: TextEdit[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node)) edits.push(...renameAccess(node, checker));
    else if (ts.isObjectBindingPattern(node)) edits.push(...renameBindings(node, checker));
    ts.forEachChild(node, visit);
  };
  visit(file);
  return edits;
}

function renameAccess(node: ts.PropertyAccessExpression, checker: ts.TypeChecker): TextEdit[] {
  const target = MOVED.get(node.name.text);
  if (target === undefined || !isMissingMember(node.expression, node.name.text, checker)) return [];
  return [{ start: node.name.getStart(), end: node.name.end, newText: target }];
}

/** `{ sendRequest, requestId }` becomes `{ mcpReq: { send: sendRequest, id: requestId } }`. */
function renameBindings(pattern: ts.ObjectBindingPattern, checker: ts.TypeChecker): TextEdit[] {
  const moved = pattern.elements.flatMap((element) => {
    const name = element.propertyName ?? element.name;
    if (element.dotDotDotToken !== undefined || !ts.isIdentifier(name)) return [];
    const target = MOVED.get(name.text);
    return target !== undefined && isMissingMember(pattern, name.text, checker) ? [{ element, target }] : [];
  });
  const [first, ...rest] = moved;
  // A nested pattern cannot say `?.`, and one place cannot be given twice.
  const isClear =
    moved.every(({ target }) => target.startsWith('mcpReq.')) &&
    !pattern.elements.some(({ name, propertyName }) => (propertyName ?? name).getText() === 'mcpReq');
  if (first === undefined || !isClear) return [];
  const inner = moved.map(({ element, target }) => bindingText(element, target.slice('mcpReq.'.length)));
  const { elements } = pattern;
  return [
    {
      start: first.element.getStart(),
      end: first.element.end,
      newText: `mcpReq: { ${inner.join(', ')} }`,
    },
    ...rest.map(({ element }) => ({
      start: elements[elements.indexOf(element) - 1]?.end ?? element.getFullStart(),
      end: element.end,
      newText: '',
    })),
  ];
}

function bindingText(element: ts.BindingElement, name: string): string {
  const initializer = element.initializer === undefined ? '' : ` = ${element.initializer.getText()}`;
  const bound = element.name.getText();
  return (bound === name ? name : `${name}: ${bound}`) + initializer;
}

/** Whether `holder` is a context of the SDK that has no such member (any more). */
function isMissingMember(holder: ts.Node, name: string, checker: ts.TypeChecker): boolean {
  const type = checker.getNonNullableType(checker.getTypeAtLocation(holder));
  const parts = type.isUnionOrIntersection() ? type.types : [type];
  return (
    type.getProperty(name) === undefined &&
    parts.some(({ symbol, aliasSymbol }) => isContext(aliasSymbol) || isContext(symbol))
  );
}

function isContext(symbol: ts.Symbol | undefined): boolean {
  if (symbol === undefined || !CONTEXTS.has(symbol.name)) return false;
  return (symbol.declarations ?? []).some((declaration) => isSdkFile(declaration.getSourceFile().fileName));
}
