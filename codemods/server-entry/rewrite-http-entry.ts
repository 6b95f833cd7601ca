import { diag } from '../../diagnostics/catalog.gen.ts';
import { spanOf } from '../../engine/plan/span-of.ts';
import { ts } from '../../engine/syntax/ts.ts';
import { SourceText } from '../await-to-mrtr/source-text.ts';
import type { FileRewrite, ImportRequest, TextEdit } from '../edits.ts';
import {
  ANNOUNCING_IMPORTS,
  CREATE_HANDLER,
  HOST_CHECK,
  TO_NODE_HANDLER,
  freshName,
  insertLines,
  printModernHandler,
} from './modern-handler.ts';
import { findListener, readHttpEntry } from './read-http-entry.ts';
import type { HttpEntry } from './read-http-entry.ts';
import type { EntryFacts } from './rewrite-server-entry.ts';
import { isHttpTransport, isSdkExport } from './sdk-symbols.ts';

const IS_LEGACY: ImportRequest = {
  module: '@modelcontextprotocol/server',
  name: 'isLegacyRequest',
  typeOnly: false,
};

const TO_WEB_REQUEST: ImportRequest = {
  module: '@modelcontextprotocol/node',
  name: 'toWebRequest',
  typeOnly: false,
};

const NODE_REQUEST: ImportRequest = {
  module: '@modelcontextprotocol/node',
  name: 'NodeIncomingMessageLike',
  typeOnly: true,
};

/**
 * A listener that connects a server to a Streamable HTTP transport keeps it for old clients; requests of the modern era
 * are answered by `createMcpHandler` before it (the routing that the SDK documents at `isLegacyRequest`).
 * A listener that already routes stays.
 * @returns undefined when the connect is not one to this transport
 */
export function rewriteHttpEntry(connect: ts.CallExpression, facts: EntryFacts): FileRewrite | undefined {
  const { checker, announces } = facts;
  const [argument] = connect.arguments;
  if (argument === undefined || !isHttpTransport(argument, 'any', checker)) return undefined;
  const listener = findListener(connect, checker);
  if (listener !== undefined && isRouted(listener, checker))
    return { edits: [], imports: [], diagnostics: [] };
  const entry =
    listener === undefined
      ? 'the transport is not connected in a request listener'
      : readHttpEntry(connect, listener, facts.program);
  if (typeof entry === 'string') {
    const params = { transport: 'HTTP', reason: entry, entry: 'createMcpHandler' };
    return { edits: [], imports: [], diagnostics: [diag.entryNotConverted(spanOf(connect), params)] };
  }
  const casts = facts.isExact && entry.handed.kind === 'node' && entry.handed.mayLackMethod;
  const imports = [
    CREATE_HANDLER,
    IS_LEGACY,
    ...(entry.handed.kind === 'node' ? [TO_NODE_HANDLER, TO_WEB_REQUEST] : []),
    ...(casts ? [NODE_REQUEST] : []),
    ...(announces ? ANNOUNCING_IMPORTS : []),
    ...(entry.hostCheck === undefined ? [] : [HOST_CHECK]),
  ];
  return { edits: printEntry(entry, { announces, casts }), imports, diagnostics: [] };
}

/** The listener tells the eras apart itself, by the SDK's own test. */
function isRouted(node: ts.Node, checker: ts.TypeChecker): boolean {
  if (ts.isCallExpression(node) && isSdkExport(node.expression, 'isLegacyRequest', checker)) return true;
  return ts.forEachChild(node, (child) => isRouted(child, checker)) === true;
}

interface EntryForm {
  readonly announces: boolean;
  /** Node's request has to be cast: its `method` may be undefined, and the SDK's may only be absent. */
  readonly casts: boolean;
}

function printEntry(entry: HttpEntry, form: EntryForm): TextEdit[] {
  const { place, aroundListener, ofRequest } = entry;
  const file = aroundListener.getSourceFile();
  const source = new SourceText(file);
  const { semicolon } = source;
  const name = freshName('modernHandler', file.text);
  const server = freshName('modernServer', file.text);
  const bus = form.announces ? freshName('changes', file.text) : undefined;
  const made = ofRequest === undefined ? entry.factory : server;
  const handler = `const ${name} = ${printModernHandler(made, bus, entry.handed.kind, source)}${semicolon}`;
  const wait = ofRequest === 'awaited' ? 'await ' : '';
  const inside = [`const ${server} = ${wait}${entry.factory}${semicolon}`, handler];
  const outside = [
    ...(bus === undefined ? [] : [`const ${bus} = new InMemoryServerEventBus()${semicolon}`]),
    ...(ofRequest === undefined ? [handler] : []),
  ];
  const routing = printRouting(entry, name, form.casts, source).flatMap((line, index) =>
    index === 0 && ofRequest !== undefined ? [line, ...inside.map((each) => source.unit + each)] : [line],
  );
  const declarations = outside.length === 0 ? [] : [insertLines(aroundListener, [...outside, ''], source)];
  return [...declarations, insertLines(place, routing, source)];
}

function printRouting(
  { handed, hostCheck }: HttpEntry,
  handler: string,
  casts: boolean,
  { unit, semicolon }: SourceText,
): readonly string[] {
  const { body } = handed;
  const checks = hostCheck === undefined ? '' : `isHostAllowed(${handed.request}, ${hostCheck}) && `;
  if (handed.kind === 'web') {
    const known = [handed.request, ...(body === undefined ? [] : [body])].join(', ');
    const given = [handed.request, ...(handed.options === undefined ? [] : [handed.options])].join(', ');
    return [
      `if (${checks}!(await isLegacyRequest(${known}))) {`,
      `${unit}return ${handler}.fetch(${given})${semicolon}`,
      `}`,
    ];
  }
  const request = casts ? `${handed.request} as NodeIncomingMessageLike` : handed.request;
  return [
    `if (${checks}${body} !== undefined && !(await isLegacyRequest(await toWebRequest(${request}, ${body})))) {`,
    `${unit}await ${handler}(${request}, ${handed.response}, ${body})${semicolon}`,
    `${unit}return${semicolon}`,
    `}`,
  ];
}
