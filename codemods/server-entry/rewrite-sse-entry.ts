import { diag } from '../../diagnostics/catalog.gen.ts';
import { spanOf } from '../../engine/plan/span-of.ts';
import { ts } from '../../engine/syntax/ts.ts';
import { SourceText } from '../await-to-mrtr/source-text.ts';
import type { FileRewrite, TextEdit } from '../edits.ts';
import { entryFactoryOf } from './entry-factory.ts';
import {
  ANNOUNCING_IMPORTS,
  CREATE_HANDLER,
  HOST_CHECK,
  TO_NODE_HANDLER,
  freshName,
  insertLines,
  printModernHandler,
} from './modern-handler.ts';
import { MODERN_PATH, readSseEntry } from './read-sse-entry.ts';
import type { SseEntry } from './read-sse-entry.ts';
import { rewriteHttpEntry } from './rewrite-http-entry.ts';
import type { EntryFacts } from './rewrite-server-entry.ts';
import { isHttpTransport, isSdkExport, isSseTransport, resolvedSymbol } from './sdk-symbols.ts';
import { whyNoFactory } from './why-no-factory.ts';

/**
 * Two routes of an Express app that serve SSE, which the modern era does not have, stay as they are; a third one beside
 * them serves the modern era, behind the same middlewares. Where the file serves the same servers over Streamable HTTP
 * already, nothing is missing.
 * @param connects all connections of the file
 * @returns undefined when the connect is not one to this transport
 */
export function rewriteSseEntry(
  connect: ts.CallExpression,
  connects: readonly ts.CallExpression[],
  facts: EntryFacts,
): FileRewrite | undefined {
  const { checker, announces } = facts;
  const isSse = (each: ts.CallExpression): boolean => transportOf(each, isSseTransport, checker);
  if (!isSse(connect)) return undefined;
  const factory = entryFactoryOf(receiverOf(connect), checker);
  if (factory === undefined) return refuse(connect, whyNoFactory(receiverOf(connect), checker));
  const made = resolvedSymbol(factory.call.expression, checker);
  if (made !== undefined && isServedBeside(made, connect, connects, facts)) return NOTHING;
  const others = connects.filter((each) => each !== connect && (isSse(each) || isHttp(each, checker)));
  const entry =
    others.length > 0
      ? 'the file connects servers at several places'
      : readSseEntry(connect, factory, checker);
  if (typeof entry === 'string') return refuse(connect, entry);
  const imports = [
    CREATE_HANDLER,
    TO_NODE_HANDLER,
    ...(announces ? ANNOUNCING_IMPORTS : []),
    ...(entry.hostCheck === undefined ? [] : [HOST_CHECK]),
  ];
  const params = { path: MODERN_PATH, old: entry.path };
  return {
    edits: [printEndpoint(entry, announces)],
    imports,
    diagnostics: [diag.endpointAdded(spanOf(connect), params)],
  };
}

const NOTHING: FileRewrite = { edits: [], imports: [], diagnostics: [] };

function refuse(connect: ts.CallExpression, reason: string): FileRewrite {
  const params = { transport: 'SSEServerTransport', reason, entry: CREATE_HANDLER.name };
  return { ...NOTHING, diagnostics: [diag.entryNotConverted(spanOf(connect), params)] };
}

function receiverOf(connect: ts.CallExpression): ts.Expression {
  return (connect.expression as ts.PropertyAccessExpression).expression;
}

function transportOf(
  connect: ts.CallExpression,
  isOne: (transport: ts.Expression, checker: ts.TypeChecker) => boolean,
  checker: ts.TypeChecker,
): boolean {
  const [transport] = connect.arguments;
  return transport !== undefined && isOne(transport, checker);
}

function isHttp(connect: ts.CallExpression, checker: ts.TypeChecker): boolean {
  return transportOf(connect, (transport) => isHttpTransport(transport, 'any', checker), checker);
}

/** Whether the file has, or is about to get, a handler of the modern era whose servers the same function makes. */
function isServedBeside(
  factory: ts.Symbol,
  connect: ts.CallExpression,
  connects: readonly ts.CallExpression[],
  facts: EntryFacts,
): boolean {
  const { checker } = facts;
  const isMadeBy = (server: ts.Expression): boolean => {
    const call = entryFactoryOf(server, checker)?.call;
    return call !== undefined && resolvedSymbol(call.expression, checker) === factory;
  };
  const isConverted = connects.some(
    (other) =>
      isHttp(other, checker) &&
      isMadeBy(receiverOf(other)) &&
      (rewriteHttpEntry(other, facts)?.edits.length ?? 0) > 0,
  );
  return isConverted || hasHandlerOf(connect.getSourceFile(), factory, checker);
}

function hasHandlerOf(file: ts.SourceFile, factory: ts.Symbol, checker: ts.TypeChecker): boolean {
  const names = (node: ts.Node): boolean =>
    (ts.isIdentifier(node) && resolvedSymbol(node, checker) === factory) ||
    ts.forEachChild(node, names) === true;
  const visit = (node: ts.Node): boolean => {
    const isHandler = ts.isCallExpression(node) && isSdkExport(node.expression, CREATE_HANDLER.name, checker);
    return (isHandler && node.arguments.some(names)) || ts.forEachChild(node, visit) === true;
  };
  return visit(file);
}

function printEndpoint(entry: SseEntry, announces: boolean): TextEdit {
  const { app, place, middlewares, factory, hostCheck } = entry;
  const { text } = place.getSourceFile();
  const source = new SourceText(place.getSourceFile());
  const { semicolon, quote, unit } = source;
  const name = freshName('modernHandler', text);
  const bus = announces ? freshName('changes', text) : undefined;
  const start = `${app}.post(${[quote + MODERN_PATH + quote, ...middlewares].join(', ')}, `;
  const handled = `${name}(req, res, req.body)`;
  const route =
    hostCheck === undefined
      ? [`${start}(req, res) => ${handled})${semicolon}`]
      : [
          `${start}async (req, res) => {`,
          `${unit}if (!isHostAllowed(req, ${hostCheck})) {`,
          `${unit}${unit}res.status(403).end()${semicolon}`,
          `${unit}${unit}return${semicolon}`,
          `${unit}}`,
          `${unit}await ${handled}${semicolon}`,
          `})${semicolon}`,
        ];
  const lines = [
    ...(bus === undefined ? [] : [`const ${bus} = new InMemoryServerEventBus()${semicolon}`]),
    `const ${name} = ${printModernHandler(factory, bus, 'node', source)}${semicolon}`,
    '',
    ...route,
    '',
  ];
  return insertLines(place, lines, source);
}
