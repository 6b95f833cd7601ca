import { diag } from '../../diagnostics/catalog.gen.ts';
import { spanOf } from '../../engine/plan/span-of.ts';
import { ts } from '../../engine/syntax/ts.ts';
import { SourceText } from '../await-to-mrtr/source-text.ts';
import type { FileRewrite, ImportRequest, TextEdit } from '../edits.ts';
import { findRoutingPlace, TRANSPORT } from './find-routing-place.ts';
import { whyNoFactory } from './plan-server-factory.ts';
import type { EntryFacts } from './rewrite-server-entry.ts';
import { isSdkExport, sdkMethod } from './sdk-symbols.ts';
import { constantOf, dependsOn, factoryCall, isRepeatable } from './server-factory.ts';

type Listener = ts.ArrowFunction | ts.FunctionExpression | ts.FunctionDeclaration;

interface HttpEntry {
  /** `req` and `res` as the listener calls them, and the parsed body it hands to the transport. */
  readonly request: string;
  readonly response: string;
  readonly body: string;
  /** The routing stands in front of this statement, the modern handler in front of the one around the listener. */
  readonly place: ts.Statement;
  readonly aroundListener: ts.Statement;
  readonly factory: ts.CallExpression;
}

const ROUTING_IMPORTS: readonly ImportRequest[] = [
  { module: '@modelcontextprotocol/server', name: 'createMcpHandler', typeOnly: false },
  { module: '@modelcontextprotocol/server', name: 'isLegacyRequest', typeOnly: false },
  { module: '@modelcontextprotocol/node', name: 'toNodeHandler', typeOnly: false },
  { module: '@modelcontextprotocol/node', name: 'toWebRequest', typeOnly: false },
];

const ANNOUNCING_IMPORTS: readonly ImportRequest[] = [
  { module: '@modelcontextprotocol/server', name: 'InMemoryServerEventBus', typeOnly: false },
  { module: 'mrtr/runtime', name: 'announceChanges', typeOnly: false },
];

/**
 * A Node request listener that connects a server to a Streamable HTTP transport keeps it for old clients; requests of the
 * modern era are answered by `createMcpHandler` before it (the routing that the SDK documents at `isLegacyRequest`).
 * @returns undefined when the connect is not one to this transport, or the listener already routes
 */
export function rewriteHttpEntry(
  connect: ts.CallExpression,
  { checker, announces }: EntryFacts,
): FileRewrite | undefined {
  const [argument] = connect.arguments;
  if (argument === undefined || !isHttpTransport(argument, checker)) return undefined;
  const listener = enclosingListener(connect);
  if (listener !== undefined && isRouted(listener, checker)) return undefined;
  const entry =
    listener === undefined
      ? 'the transport is not connected in a request listener'
      : readEntry(connect, listener, checker);
  if (typeof entry === 'string') {
    const params = { transport: 'HTTP', reason: entry, entry: 'createMcpHandler' };
    return { edits: [], imports: [], diagnostics: [diag.entryNotConverted(spanOf(connect), params)] };
  }
  const imports = announces ? [...ROUTING_IMPORTS, ...ANNOUNCING_IMPORTS] : ROUTING_IMPORTS;
  return { edits: printRouting(entry, announces), imports, diagnostics: [] };
}

/** The listener tells the eras apart itself, by the SDK's own test. */
function isRouted(node: ts.Node, checker: ts.TypeChecker): boolean {
  if (ts.isCallExpression(node) && isSdkExport(node.expression, 'isLegacyRequest', checker)) return true;
  return ts.forEachChild(node, (child) => isRouted(child, checker)) === true;
}

function isHttpTransport(argument: ts.Expression, checker: ts.TypeChecker): boolean {
  if (ts.isNewExpression(argument)) return isSdkExport(argument.expression, TRANSPORT, checker);
  return checker.getNonNullableType(checker.getTypeAtLocation(argument)).symbol?.name === TRANSPORT;
}

/** The innermost function around the connection that takes a request and a response. */
function enclosingListener(connect: ts.Node): Listener | undefined {
  return ts.findAncestor(
    connect,
    (node): node is Listener =>
      (ts.isArrowFunction(node) || ts.isFunctionExpression(node) || ts.isFunctionDeclaration(node)) &&
      node.parameters.length >= 2,
  );
}

/** What the rewrite needs to know, or why it cannot be done. */
function readEntry(
  connect: ts.CallExpression,
  listener: Listener,
  checker: ts.TypeChecker,
): HttpEntry | string {
  const receiver = (connect.expression as ts.PropertyAccessExpression).expression;
  const factory = factoryCall(constantOf(receiver, checker)?.initializer ?? receiver, checker);
  if (factory === undefined) return whyNoFactory(receiver, checker);
  if (
    !factory.arguments.every((argument) => isRepeatable(argument, checker)) ||
    dependsOn(factory, listener, checker)
  )
    return 'the factory depends on the request';
  if (listener.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword) !== true)
    return 'the listener is not async';
  const [request, response] = listener.parameters.map(({ name }) => name.getText());
  const calls = handleRequestCalls(listener, checker);
  const body = calls[0]?.arguments[2];
  if (request === undefined || response === undefined || body === undefined)
    return 'the transport is not handed the parsed body';
  const expected = [request, response, body.getText()].join();
  if (calls.some((call) => call.arguments.map((given) => given.getText()).join() !== expected))
    return 'the transport is handed different requests or bodies';
  const afterBody = statementAfterBody(body, listener, checker);
  const aroundListener = enclosingStatement(listener);
  if (afterBody === undefined || aroundListener === undefined)
    return 'there is no place where the body is known';
  const place = findRoutingPlace(afterBody, { connect, factory, request, response, checker });
  if (typeof place === 'string') return place;
  return { request, response, body: body.getText(), place, aroundListener, factory };
}

function handleRequestCalls(listener: Listener, checker: ts.TypeChecker): ts.CallExpression[] {
  const calls: ts.CallExpression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && sdkMethod(node, checker) === 'handleRequest') calls.push(node);
    ts.forEachChild(node, visit);
  };
  visit(listener);
  return calls;
}

/** The statement behind the declaration of the body, or the first one of the listener for `req.body`. */
function statementAfterBody(
  body: ts.Expression,
  listener: Listener,
  checker: ts.TypeChecker,
): ts.Statement | undefined {
  if (ts.isPropertyAccessExpression(body)) {
    const isRequest = body.expression.getText() === listener.parameters[0]?.name.getText();
    return isRequest && listener.body !== undefined && ts.isBlock(listener.body)
      ? listener.body.statements[0]
      : undefined;
  }
  const statement = constantOf(body, checker)?.parent.parent;
  if (statement === undefined || !ts.isVariableStatement(statement) || !ts.isBlock(statement.parent))
    return undefined;
  if (ts.findAncestor(statement, ts.isFunctionLike) !== listener) return undefined;
  const { statements } = statement.parent;
  return statements[statements.indexOf(statement) + 1];
}

function enclosingStatement(listener: Listener): ts.Statement | undefined {
  return ts.findAncestor(
    listener,
    (node): node is ts.Statement =>
      ts.isStatement(node) && (ts.isSourceFile(node.parent) || ts.isBlock(node.parent)),
  );
}

function printRouting(entry: HttpEntry, announces: boolean): TextEdit[] {
  const { request, response, body, place, aroundListener, factory } = entry;
  const file = aroundListener.getSourceFile();
  const source = new SourceText(file);
  const { unit, semicolon, quote } = source;
  const name = freshName('modernHandler', file.text);
  const legacy = `legacy: ${quote}reject${quote}`;
  const bus = freshName('changes', file.text);
  const declaration = announces
    ? [
        `const ${bus} = new InMemoryServerEventBus()${semicolon}`,
        `const ${name} = toNodeHandler(createMcpHandler(() => announceChanges(${bus}, ${factory.getText()}), { bus: ${bus}, ${legacy} }))${semicolon}`,
        '',
      ]
    : [
        `const ${name} = toNodeHandler(createMcpHandler(() => ${factory.getText()}, { ${legacy} }))${semicolon}`,
        '',
      ];
  const routing = [
    `if (${body} !== undefined && !(await isLegacyRequest(await toWebRequest(${request}, ${body})))) {`,
    `${unit}await ${name}(${request}, ${response}, ${body})${semicolon}`,
    `${unit}return${semicolon}`,
    `}`,
  ];
  return [insertLines(aroundListener, declaration, source), insertLines(place, routing, source)];
}

/** In front of the comments that belong to the statement. */
function insertLines(before: ts.Statement, lines: readonly string[], source: SourceText): TextEdit {
  const comments = ts.getLeadingCommentRanges(before.getSourceFile().text, before.getFullStart());
  const start = comments?.[0]?.pos ?? before.getStart();
  const indent = source.indentOf(before);
  const newText = lines.map((line, index) => (index > 0 && line !== '' ? indent : '') + line + source.eol);
  return { start, end: start, newText: newText.join('') + indent };
}

function freshName(wanted: string, text: string): string {
  let name = wanted;
  for (let n = 2; new RegExp(`\\b${name}\\b`).test(text); n += 1) name = `${wanted}${n}`;
  return name;
}
