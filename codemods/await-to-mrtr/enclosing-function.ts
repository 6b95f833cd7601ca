import { ts } from '../../engine/syntax/ts.ts';

/** The innermost function around a node. */
export function enclosingFunction(node: ts.Node): ts.Node | undefined {
  let current: ts.Node | undefined = node.parent;
  while (current !== undefined && !ts.isFunctionLike(current)) current = current.parent;
  return current;
}

/** What a report calls the code around a node. */
export function enclosingFunctionName(node: ts.Node): string {
  for (let fn = enclosingFunction(node); fn !== undefined; fn = enclosingFunction(fn)) {
    const name =
      (fn as ts.FunctionLikeDeclaration).name ??
      (ts.isVariableDeclaration(fn.parent) ? fn.parent.name : undefined);
    if (name !== undefined) return name.getText();
  }
  return 'module code';
}

/** The start of the module-level statement around a node, after the comments of the statement before. */
export function topLevelStart(node: ts.Node, file: ts.SourceFile): number {
  let statement = node;
  while (statement.parent !== file) statement = statement.parent;
  const comments = ts.getLeadingCommentRanges(file.text, statement.getFullStart()) ?? [];
  return comments[0]?.pos ?? statement.getStart(file);
}
