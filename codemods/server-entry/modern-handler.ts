import { ts } from '../../engine/syntax/ts.ts';
import type { SourceText } from '../await-to-mrtr/source-text.ts';
import type { ImportRequest, TextEdit } from '../edits.ts';

export const CREATE_HANDLER: ImportRequest = {
  module: '@modelcontextprotocol/server',
  name: 'createMcpHandler',
  typeOnly: false,
};

export const TO_NODE_HANDLER: ImportRequest = {
  module: '@modelcontextprotocol/node',
  name: 'toNodeHandler',
  typeOnly: false,
};

export const ANNOUNCING_IMPORTS: readonly ImportRequest[] = [
  { module: '@modelcontextprotocol/server', name: 'InMemoryServerEventBus', typeOnly: false },
  { module: 'mrtr/runtime', name: 'announceChanges', typeOnly: false },
];

export const HOST_CHECK: ImportRequest = { module: 'mrtr/runtime', name: 'isHostAllowed', typeOnly: false };

/**
 * Prints the handler of the modern era.
 * @param server an expression that gives a server for one request
 * @param bus the name of what the program's servers announce changes on, if they do
 */
export function printModernHandler(
  server: string,
  bus: string | undefined,
  kind: 'node' | 'web',
  { quote }: SourceText,
): string {
  const legacy = `legacy: ${quote}reject${quote}`;
  const handler =
    bus === undefined
      ? `createMcpHandler(() => ${server}, { ${legacy} })`
      : `createMcpHandler(() => announceChanges(${bus}, ${server}), { bus: ${bus}, ${legacy} })`;
  return kind === 'node' ? `toNodeHandler(${handler})` : handler;
}

/** In front of the comments that belong to the statement. */
export function insertLines(before: ts.Statement, lines: readonly string[], source: SourceText): TextEdit {
  const comments = ts.getLeadingCommentRanges(before.getSourceFile().text, before.getFullStart());
  const start = comments?.[0]?.pos ?? before.getStart();
  const indent = source.indentOf(before);
  const newText = lines.map((line, index) => (index > 0 && line !== '' ? indent : '') + line + source.eol);
  return { start, end: start, newText: newText.join('') + indent };
}

export function freshName(wanted: string, text: string): string {
  let name = wanted;
  for (let n = 2; new RegExp(`\\b${name}\\b`).test(text); n += 1) name = `${wanted}${n}`;
  return name;
}
