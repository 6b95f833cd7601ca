import { diag } from '../../diagnostics/catalog.gen.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { spanOf } from '../../engine/plan/span-of.ts';
import { ts } from '../../engine/syntax/ts.ts';
import type { FileRewrite, TextEdit } from '../edits.ts';
import { isServerClass } from '../server-entry/sdk-symbols.ts';
import { requestStateImport } from './request-state-import.ts';

export interface WiringFacts {
  readonly checker: ts.TypeChecker;
  /** How this file imports the module that exports `requestState`. */
  readonly requestStateModule: string;
}

/**
 * Wires the state codec into every server a file creates: `new McpServer(info, options)` becomes
 * `requestState.protect(new McpServer(info, { ...options, requestState }))`. A server that has it is left alone.
 */
export function wireStateCodec(
  file: ts.SourceFile,
  { checker, requestStateModule }: WiringFacts,
): FileRewrite {
  const edits: TextEdit[] = [];
  const diagnostics: Diagnostic[] = [];
  const codec = requestStateImport(file, requestStateModule);
  for (const creation of findServerCreations(file, checker)) {
    if (isProtected(creation, codec.as, checker)) continue;
    const wiring = optionEdits(creation, codec.as, checker);
    if (wiring === undefined) diagnostics.push(diag.ownRequestState(spanOf(creation)));
    else
      edits.push(
        { start: creation.getStart(), end: creation.getStart(), newText: `${codec.as}.protect(` },
        ...wiring,
      );
  }
  return { edits, imports: edits.length === 0 ? [] : [codec], diagnostics };
}

/** Whether a file creates a server that has the state codec. */
export function createsWiredServer(
  file: ts.SourceFile,
  { checker, requestStateModule }: WiringFacts,
): boolean {
  const codec = requestStateImport(file, requestStateModule);
  return findServerCreations(file, checker).some((creation) => isProtected(creation, codec.as, checker));
}

/** The `new McpServer(…)` and `new Server(…)` of the official packages in a file. */
export function findServerCreations(file: ts.SourceFile, checker: ts.TypeChecker): ts.NewExpression[] {
  const found: ts.NewExpression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node) && isServerClass(node.expression, checker)) found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** Wrapped in the `protect` of a request state; by its name alone where `mrtr` is not installed yet. */
function isProtected({ parent }: ts.NewExpression, codec: string, checker: ts.TypeChecker): boolean {
  if (!ts.isCallExpression(parent) || !ts.isPropertyAccessExpression(parent.expression)) return false;
  const { expression: owner, name } = parent.expression;
  if (name.text !== 'protect') return false;
  return owner.getText() === codec || checker.getTypeAtLocation(owner).getProperty('ask') !== undefined;
}

/** Adds `requestState` to the options; undefined when the server has a `requestState` of its own. */
function optionEdits(
  creation: ts.NewExpression,
  codec: string,
  checker: ts.TypeChecker,
): TextEdit[] | undefined {
  const property = codec === 'requestState' ? codec : `requestState: ${codec}`;
  const [info, options] = creation.arguments ?? [];
  const close: TextEdit = { start: creation.end, end: creation.end, newText: ')' };
  if (info === undefined) return undefined;
  if (options === undefined) return [{ start: info.end, end: info.end, newText: `, { ${property} }` }, close];
  if (isUndefined(options))
    return [{ start: options.getStart(), end: options.end, newText: `{ ${property} }` }, close];
  if (ownsRequestState(options, checker)) return undefined;
  if (!ts.isObjectLiteralExpression(options)) {
    const before = { start: options.getStart(), end: options.getStart(), newText: '{ ...' };
    return [before, { start: options.end, end: options.end, newText: `, ${property} }` }, close];
  }
  const last = options.properties.at(-1);
  if (last === undefined)
    return [{ start: options.getStart(), end: options.end, newText: `{ ${property} }` }, close];
  const text = creation.getSourceFile().text;
  const lineStart = /\n[ \t]*$/.exec(text.slice(0, last.getStart()))?.[0];
  const separator = lineStart === undefined ? ', ' : `,${text.includes('\r\n') ? '\r' : ''}${lineStart}`;
  return [{ start: last.end, end: last.end, newText: `${separator}${property}` }, close];
}

/**
 * Whether options that are written out bring a `requestState`, spreads included. The SDK's own options type, which a
 * variable may have, declares it as optional and says nothing.
 */
function ownsRequestState(options: ts.Expression, checker: ts.TypeChecker): boolean {
  const property = checker.getTypeAtLocation(options).getProperty('requestState');
  return property !== undefined && (property.flags & ts.SymbolFlags.Optional) === 0;
}

function isUndefined(expression: ts.Expression): boolean {
  return (ts.isIdentifier(expression) && expression.text === 'undefined') || ts.isVoidExpression(expression);
}
