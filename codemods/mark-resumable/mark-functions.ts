import { diag } from '../../diagnostics/catalog.gen.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { ResumableSite } from '../../engine/find/find-resumable-functions.ts';
import { isMarked } from '../../engine/find/suspended-function.ts';
import { spanOf } from '../../engine/plan/span-of.ts';
import { ts } from '../../engine/syntax/ts.ts';
import { SERVER_MODULE } from '../await-to-mrtr/print-ask.ts';
import type { FileRewrite, ImportRequest, TextEdit } from '../edits.ts';
import { markMethods } from './mark-methods.ts';

/**
 * Marks resumable functions of one file with `resumable(…)`: the build step compiles them, the source keeps its `await`.
 * A function declaration becomes a constant; methods are named in a static block of their class.
 */
export function markFunctions(
  file: ts.SourceFile,
  sites: readonly ResumableSite[],
  checker: ts.TypeChecker,
): FileRewrite {
  const edits: TextEdit[] = [];
  const imports = new Set<ImportRequest>();
  const diagnostics: Diagnostic[] = [];
  const methods: ts.MethodDeclaration[] = [];
  for (const { fn, isRoot } of sites) {
    if (fn.getSourceFile() !== file || isMarked(fn)) continue;
    const marked = markEdits(fn);
    if (ts.isMethodDeclaration(fn) && ts.isClassLike(fn.parent) && typeof marked !== 'string')
      methods.push(fn);
    if (typeof marked === 'string')
      diagnostics.push(diag.notMarked(spanOf(fn.name ?? fn), { reason: marked }));
    else edits.push(...marked);
    const annotation = typeof marked === 'string' || !isRoot ? [] : annotateContext(fn, checker);
    edits.push(...annotation);
    if (annotation.length > 0) imports.add({ module: SERVER_MODULE, name: 'ServerContext', typeOnly: true });
  }
  edits.push(...markMethods(methods));
  if (edits.length > 0) imports.add({ module: 'mrtr/runtime', name: 'resumable', typeOnly: false });
  return { edits, imports: [...imports], diagnostics };
}

/** The edits, or why there are none. */
function markEdits(fn: ResumableSite['fn']): TextEdit[] | string {
  if (ts.isArrowFunction(fn) || ts.isFunctionExpression(fn)) {
    return [insert(fn.getStart(), 'resumable('), insert(fn.end, ')')];
  }
  if (fn.body === undefined || fn.name === undefined) return 'it has no body of its own';
  if (ts.isMethodDeclaration(fn)) return markMethod(fn);
  const first = fn.modifiers?.find(({ kind }) => kind !== ts.SyntaxKind.ExportKeyword);
  if (first?.kind === ts.SyntaxKind.DefaultKeyword) return 'it is the default export';
  if (isUsedBefore(fn)) return 'it is used above its declaration while the module is loaded';
  return [
    insert(first?.getStart() ?? functionKeyword(fn), `const ${fn.name.text} = resumable(`),
    { start: fn.name.getStart(), end: fn.name.end, newText: '' },
    insert(fn.end, ');'),
  ];
}

/** Behind `export`. */
function functionKeyword(fn: ts.FunctionDeclaration): number {
  const keyword = fn.getChildren().find(({ kind }) => kind === ts.SyntaxKind.FunctionKeyword);
  return (keyword ?? fn).getStart();
}

/**
 * A handler without arguments gets the type of its context from an overload that TypeScript only chooses for a function
 * written in place, so there the type is written out.
 */
function annotateContext(fn: ResumableSite['fn'], checker: ts.TypeChecker): TextEdit[] {
  const [parameter, ...others] = fn.parameters;
  const isTyped = parameter?.type !== undefined || isJavaScript(fn);
  if (parameter === undefined || others.length > 0 || isTyped || parameter.dotDotDotToken !== undefined)
    return [];
  if (checker.getTypeAtLocation(parameter).getProperty('mcpReq') === undefined) return [];
  const isBare = !fn.getChildren().some(({ kind }) => kind === ts.SyntaxKind.OpenParenToken);
  return isBare
    ? [insert(parameter.getStart(), '('), insert(parameter.end, ': ServerContext)')]
    : [insert(parameter.name.end, ': ServerContext')];
}

function isJavaScript(node: ts.Node): boolean {
  return node.getSourceFile().fileName.search(/\.[cm]?jsx?$/) >= 0;
}

/** A method of a class is marked from outside; `{ async approve(what) { … } }` → `{ approve: resumable(async function (what) { … }) }` */
function markMethod(method: ts.MethodDeclaration): TextEdit[] | string {
  const { name } = method;
  if (method.asteriskToken !== undefined) return 'it is a generator';
  if (ts.isPrivateIdentifier(name))
    return 'its name is private to the class; use the `private` of TypeScript';
  if (!ts.isIdentifier(name) && !ts.isStringLiteralLike(name)) return 'its name is computed';
  if (ts.isClassLike(method.parent)) return [];
  if (usesReceiver(method)) return 'it is a method of an object literal that uses `this` or `super`';
  const async = method.modifiers?.find(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword);
  return [
    ...(async === undefined ? [] : [{ start: async.getStart(), end: name.getStart(), newText: '' }]),
    insert(name.end, `: resumable(${async === undefined ? '' : 'async '}function `),
    insert(method.end, ')'),
  ];
}

function usesReceiver(method: ts.MethodDeclaration): boolean {
  const uses = (node: ts.Node): boolean =>
    node.kind === ts.SyntaxKind.SuperKeyword ||
    node.kind === ts.SyntaxKind.ThisKeyword ||
    (ts.forEachChild(node, uses) ?? false);
  return uses(method);
}

/** A constant exists from its line on; a function did before. Uses inside other functions run later. */
function isUsedBefore({ name, parent }: ts.FunctionDeclaration): boolean {
  const uses = (node: ts.Node): boolean => {
    if (ts.isFunctionLike(node)) return false;
    const isUse = ts.isIdentifier(node) && node.text === name?.text && node.pos < name.pos;
    return isUse || (ts.forEachChild(node, uses) ?? false);
  };
  return ts.forEachChild(parent, uses) ?? false;
}

function insert(at: number, newText: string): TextEdit {
  return { start: at, end: at, newText };
}
