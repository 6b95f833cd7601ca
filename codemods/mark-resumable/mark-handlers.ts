import { findAsks } from '../../engine/find/find-asks.ts';
import { findHandlerRoots } from '../../engine/find/find-handler-roots.ts';
import { ts } from '../../engine/syntax/ts.ts';
import type { FileRewrite, TextEdit } from '../edits.ts';

export interface MarkingFacts {
  readonly checker: ts.TypeChecker;
}

/**
 * Marks the handlers of a file, and its functions that ask, with `resumable(…)`: the build step compiles them, the source
 * keeps its `await`. Function declarations become constants, so what calls them must run after them.
 */
export function markHandlers(file: ts.SourceFile, { checker }: MarkingFacts): FileRewrite {
  const functions = new Set<ts.Node>(findHandlerRoots(file, checker).map(({ fn }) => fn));
  for (const { call } of findAsks(file, checker)) {
    const asking = ts.findAncestor(call, ts.isFunctionLike);
    if (asking !== undefined) functions.add(asking);
  }
  const outermost = [...functions].filter(
    (fn) =>
      fn.getSourceFile() === file &&
      ts.findAncestor(fn.parent, (at) => functions.has(at)) === undefined &&
      !isMarked(fn),
  );
  const edits = outermost.flatMap((fn) => markEdits(fn));
  const imports = edits.length === 0 ? [] : [{ module: 'mrtr/runtime', name: 'resumable', typeOnly: false }];
  return { edits, imports, diagnostics: [] };
}

function isMarked({ parent }: ts.Node): boolean {
  return ts.isCallExpression(parent) && parent.expression.getText() === 'resumable';
}

function markEdits(fn: ts.Node): TextEdit[] {
  const start = fn.getStart();
  if (ts.isArrowFunction(fn) || ts.isFunctionExpression(fn)) {
    return [insert(start, 'resumable('), insert(fn.end, ')')];
  }
  if (!ts.isFunctionDeclaration(fn) || fn.name === undefined) return [];
  const exported = fn.modifiers?.find(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
  const head = fn.modifiers?.find((modifier) => modifier !== exported)?.getStart() ?? start;
  const name = fn.name;
  return [
    insert(head, `const ${name.text} = resumable(`),
    { start: name.getStart(), end: name.end, newText: '' },
    insert(fn.end, ');'),
  ];
}

function insert(at: number, newText: string): TextEdit {
  return { start: at, end: at, newText };
}
