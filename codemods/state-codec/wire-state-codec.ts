import { diag } from '../../diagnostics/catalog.gen.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { spanOf } from '../../engine/plan/span-of.ts';
import { ts } from '../../engine/syntax/ts.ts';
import type { FileRewrite, TextEdit } from '../edits.ts';
import { SourceText } from '../await-to-mrtr/source-text.ts';
import {
  findServerCreations,
  isSuperCall,
  type ServerCreation,
  type SuperCall,
} from './find-server-creations.ts';
import { requestStateImport } from './request-state-import.ts';

export interface WiringFacts {
  readonly checker: ts.TypeChecker;
  /** How this file imports the module that exports `requestState`. */
  readonly requestStateModule: string;
}

/**
 * Wires the state codec into every server a file creates: `new McpServer(info, options)` becomes
 * `requestState.protect(new McpServer(info, { ...options, requestState }))`. A class that extends the server does both in
 * its constructor. A server that has it is left alone.
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
    else edits.push(...protectEdits(creation, codec.as), ...wiring);
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

/** Around `new McpServer(…)`, or as the statement behind `super(…)`. */
function protectEdits(creation: ServerCreation, codec: string): readonly TextEdit[] {
  if (!isSuperCall(creation)) {
    const start = creation.getStart();
    return [
      { start, end: start, newText: `${codec}.protect(` },
      { start: creation.end, end: creation.end, newText: ')' },
    ];
  }
  const source = new SourceText(creation.getSourceFile());
  const { end } = creation.parent;
  const indent = source.eol + source.indentOf(creation.parent);
  return [{ start: end, end, newText: `${indent}${codec}.protect(this)${source.semicolon}` }];
}

/** Wrapped in the `protect` of a request state; by its name alone where `mrtr` is not installed yet. */
function isProtected(creation: ServerCreation, codec: string, checker: ts.TypeChecker): boolean {
  const { parent } = isSuperCall(creation) ? { parent: statementBehind(creation) } : creation;
  if (parent === undefined) return false;
  if (!ts.isCallExpression(parent) || !ts.isPropertyAccessExpression(parent.expression)) return false;
  const { expression: owner, name } = parent.expression;
  if (name.text !== 'protect') return false;
  return owner.getText() === codec || checker.getTypeAtLocation(owner).getProperty('ask') !== undefined;
}

/** What is evaluated after `super(…);`. */
function statementBehind({ parent }: SuperCall): ts.Expression | undefined {
  const { statements } = parent.parent as ts.Block;
  const next = statements[statements.indexOf(parent) + 1];
  return next !== undefined && ts.isExpressionStatement(next) ? next.expression : undefined;
}

/**
 * Adds `requestState` to the options; undefined when the server has a `requestState` of its own, or is used before it can
 * be protected: by the fields of its class.
 */
function optionEdits(
  creation: ServerCreation,
  codec: string,
  checker: ts.TypeChecker,
): TextEdit[] | undefined {
  const property = codec === 'requestState' ? codec : `requestState: ${codec}`;
  const [info, options] = creation.arguments ?? [];
  if (info === undefined || (isSuperCall(creation) && hasFieldsOfThis(creation))) return undefined;
  if (options === undefined) return [{ start: info.end, end: info.end, newText: `, { ${property} }` }];
  if (isUndefined(options))
    return [{ start: options.getStart(), end: options.end, newText: `{ ${property} }` }];
  if (ownsRequestState(options, checker)) return undefined;
  if (!ts.isObjectLiteralExpression(options)) {
    const before = { start: options.getStart(), end: options.getStart(), newText: '{ ...' };
    return [before, { start: options.end, end: options.end, newText: `, ${property} }` }];
  }
  const last = options.properties.at(-1);
  if (last === undefined)
    return [{ start: options.getStart(), end: options.end, newText: `{ ${property} }` }];
  const text = creation.getSourceFile().text;
  const lineStart = /\n[ \t]*$/.exec(text.slice(0, last.getStart()))?.[0];
  const separator = lineStart === undefined ? ', ' : `,${text.includes('\r\n') ? '\r' : ''}${lineStart}`;
  return [{ start: last.end, end: last.end, newText: `${separator}${property}` }];
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

function hasFieldsOfThis(call: SuperCall): boolean {
  const mentionsThis = (node: ts.Node): boolean =>
    node.kind === ts.SyntaxKind.ThisKeyword ||
    (!ts.isFunctionLike(node) && ts.forEachChild(node, mentionsThis) === true);
  const members = ts.findAncestor(call, ts.isClassLike)?.members ?? [];
  return members.some(
    (member) =>
      ts.isPropertyDeclaration(member) &&
      member.initializer !== undefined &&
      mentionsThis(member.initializer),
  );
}
