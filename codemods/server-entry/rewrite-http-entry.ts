import { diag } from '../../diagnostics/catalog.gen.ts';
import { spanOf } from '../../engine/plan/span-of.ts';
import { ts } from '../../engine/syntax/ts.ts';
import { SourceText } from '../await-to-mrtr/source-text.ts';
import type { FileRewrite, ImportRequest, TextEdit } from '../edits.ts';
import { findListener, readHttpEntry } from './read-http-entry.ts';
import type { HttpEntry } from './read-http-entry.ts';
import type { EntryFacts } from './rewrite-server-entry.ts';
import { isHttpTransport, isSdkExport } from './sdk-symbols.ts';

const ROUTING_IMPORTS: readonly ImportRequest[] = [
  { module: '@modelcontextprotocol/server', name: 'createMcpHandler', typeOnly: false },
  { module: '@modelcontextprotocol/server', name: 'isLegacyRequest', typeOnly: false },
];

const NODE_IMPORTS: readonly ImportRequest[] = [
  { module: '@modelcontextprotocol/node', name: 'toNodeHandler', typeOnly: false },
  { module: '@modelcontextprotocol/node', name: 'toWebRequest', typeOnly: false },
];

const NODE_REQUEST: ImportRequest = {
  module: '@modelcontextprotocol/node',
  name: 'NodeIncomingMessageLike',
  typeOnly: true,
};

const ANNOUNCING_IMPORTS: readonly ImportRequest[] = [
  { module: '@modelcontextprotocol/server', name: 'InMemoryServerEventBus', typeOnly: false },
  { module: 'mrtr/runtime', name: 'announceChanges', typeOnly: false },
];

const HOST_CHECK: ImportRequest = { module: 'mrtr/runtime', name: 'isHostAllowed', typeOnly: false };

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
    ...ROUTING_IMPORTS,
    ...(entry.handed.kind === 'node' ? NODE_IMPORTS : []),
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
  const handler = `const ${name} = ${printHandler(entry, made, bus, source)}${semicolon}`;
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

/** @param server an expression that gives a server for one request */
function printHandler(
  { handed }: HttpEntry,
  server: string,
  bus: string | undefined,
  { quote }: SourceText,
): string {
  const legacy = `legacy: ${quote}reject${quote}`;
  const handler =
    bus === undefined
      ? `createMcpHandler(() => ${server}, { ${legacy} })`
      : `createMcpHandler(() => announceChanges(${bus}, ${server}), { bus: ${bus}, ${legacy} })`;
  return handed.kind === 'node' ? `toNodeHandler(${handler})` : handler;
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
