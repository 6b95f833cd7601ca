import { diag } from '../../diagnostics/catalog.gen.ts';
import { collectReferences, isDeclaredWithin } from '../../engine/analyze/collect-references.ts';
import { isSdkFile } from '../../engine/find/find-asks.ts';
import { spanOf } from '../../engine/plan/build-flow-tree.ts';
import { ts } from '../../engine/syntax/ts.ts';
import { SourceText } from '../await-to-mrtr/source-text.ts';
import type { ImportRequest } from '../edits.ts';
import { findFactoryCall, printFactory } from './factory-call.ts';
import type { Connection, EntryRewrite } from './rewrite-server-entry.ts';

const HANDLER_NAME = 'modernHandler';

/**
 * Puts the modern entry in front of an existing Streamable HTTP listener: requests of 2026-07-28 go to
 * `createMcpHandler(factory)`, all others take the way they took before, sessions included. The routing is the one the
 * SDK documents at `isLegacyRequest`.
 */
export function rewriteHttpEntry(
  connection: Connection,
  file: ts.SourceFile,
  checker: ts.TypeChecker,
): EntryRewrite | undefined {
  const refuse = (reason: string): EntryRewrite => ({
    diagnostic: diag.entryNotConverted(spanOf(connection.call), { reason }),
  });
  const listener = enclosingListener(connection.call);
  if (listener === undefined) return refuse('it is not inside a request listener');
  const handling = findHandleRequest(listener, checker);
  if (handling === undefined)
    return refuse('the listener does not call `handleRequest(req, res, body)` with a parsed body');
  if (isRouted(listener)) return undefined;
  const factory = findFactoryCall(connection.server, checker);
  if (factory === undefined)
    return refuse('the server is not made by a function that could make another one');
  const locals = collectReferences(factory.creation, checker).filter(({ symbol }) =>
    isDeclaredWithin(symbol, listener),
  );
  if (locals.length > 0) return refuse('the server is made from values of one request');
  const host = enclosingStatement(listener);
  const first = firstStatementOf(listener, [handling.call, connection.call]);
  if (host === undefined || first === undefined) return refuse('the listener has no block body');
  if (!isInScope(handling.body, first, checker))
    return refuse('the body is parsed after the transport is chosen');

  const source = new SourceText(file);
  const { eol, semicolon } = source;
  const [request, response] = [handling.request.getText(), handling.response.getText()];
  const body = handling.body.getText();
  const handler = `const ${HANDLER_NAME} = toNodeHandler(createMcpHandler(${printFactory(factory)}, { legacy: ${source.quote}reject${source.quote} }))${semicolon}`;
  const route = `if (!(await isLegacyRequest(await toWebRequest(${request}, ${body})))) return ${HANDLER_NAME}(${request}, ${response}, ${body})${semicolon}`;
  const hostStart = startWithComments(host, file);
  const firstStart = startWithComments(first, file);
  return {
    edits: [
      { start: hostStart, end: hostStart, newText: `${handler}${eol}${eol}${source.indentOf(host)}` },
      { start: firstStart, end: firstStart, newText: `${route}${eol}${source.indentOf(first)}` },
    ],
    imports: IMPORTS,
  };
}

const IMPORTS: readonly ImportRequest[] = [
  { module: '@modelcontextprotocol/server', name: 'createMcpHandler', typeOnly: false },
  { module: '@modelcontextprotocol/server', name: 'isLegacyRequest', typeOnly: false },
  { module: '@modelcontextprotocol/node', name: 'toNodeHandler', typeOnly: false },
  { module: '@modelcontextprotocol/node', name: 'toWebRequest', typeOnly: false },
];

type Listener = ts.ArrowFunction | ts.FunctionExpression | ts.FunctionDeclaration;

/** The outermost function around the connection that takes a request and a response. */
function enclosingListener(node: ts.Node): Listener | undefined {
  let found: Listener | undefined;
  for (let current: ts.Node | undefined = node.parent; current !== undefined; current = current.parent) {
    const isFunction =
      ts.isArrowFunction(current) || ts.isFunctionExpression(current) || ts.isFunctionDeclaration(current);
    if (isFunction && current.parameters.length >= 2) found = current;
  }
  const isAsync = found?.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword) ?? false;
  return isAsync ? found : undefined;
}

interface Handling {
  readonly call: ts.CallExpression;
  readonly request: ts.Expression;
  readonly response: ts.Expression;
  readonly body: ts.Expression;
}

/** The call that hands a request with its parsed body to the transport. */
function findHandleRequest(listener: Listener, checker: ts.TypeChecker): Handling | undefined {
  let found: Handling | undefined;
  const visit = (node: ts.Node): void => {
    if (
      ts.isCallExpression(node) &&
      ts.isPropertyAccessExpression(node.expression) &&
      node.expression.name.text === 'handleRequest'
    ) {
      const [request, response, body] = node.arguments;
      const declaration = checker.getResolvedSignature(node)?.declaration;
      const isSdk = declaration !== undefined && isSdkFile(declaration.getSourceFile().fileName);
      if (isSdk && request && response && body) found ??= { call: node, request, response, body };
    }
    ts.forEachChild(node, visit);
  };
  visit(listener);
  return found;
}

/** An earlier run, or the user, has put the routing in. */
function isRouted(listener: Listener): boolean {
  return /\bisLegacyRequest\(/.test(listener.getText());
}

function enclosingStatement(node: ts.Node): ts.Statement | undefined {
  for (let current: ts.Node = node; current.parent !== undefined; current = current.parent) {
    if (ts.isStatement(current) && (ts.isSourceFile(current.parent) || ts.isBlock(current.parent)))
      return current;
  }
  return undefined;
}

/** The first statement of the listener's body that contains one of the nodes or comes to them through a variable. */
function firstStatementOf(listener: Listener, nodes: readonly ts.Node[]): ts.Statement | undefined {
  if (listener.body === undefined || !ts.isBlock(listener.body)) return undefined;
  return listener.body.statements.find((statement) =>
    nodes.some((node) => node.pos >= statement.pos && node.end <= statement.end),
  );
}

function isInScope(expression: ts.Expression, at: ts.Statement, checker: ts.TypeChecker): boolean {
  return collectReferences(expression, checker).every(
    ({ symbol }) => (symbol.valueDeclaration?.end ?? 0) <= at.getStart(),
  );
}

function startWithComments(statement: ts.Statement, file: ts.SourceFile): number {
  return (
    ts.getLeadingCommentRanges(file.text, statement.getFullStart())?.[0]?.pos ?? statement.getStart(file)
  );
}
