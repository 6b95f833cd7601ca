import { ts } from '../../engine/syntax/ts.ts';

/**
 * The handler around a place of a rewritten text, by name: the call that registers it under that name, or the function
 * or variable of that name.
 * @param names of the handlers that may be it
 */
export function findHandlerAt(
  path: string,
  text: string,
  offset: number,
  names: ReadonlySet<string>,
): string | undefined {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  let found: string | undefined;
  const visit = (node: ts.Node): void => {
    if (offset < node.getStart(file) || offset >= node.end) return;
    const name = nameOf(node);
    if (name !== undefined && names.has(name)) found = name;
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function nameOf(node: ts.Node): string | undefined {
  if (ts.isCallExpression(node)) {
    const [first] = node.arguments;
    return first !== undefined && ts.isStringLiteralLike(first) ? first.text : undefined;
  }
  const isNamed = ts.isFunctionDeclaration(node) || ts.isVariableDeclaration(node);
  return isNamed && node.name !== undefined && ts.isIdentifier(node.name) ? node.name.text : undefined;
}
