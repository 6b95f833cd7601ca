import { expect, test } from 'vitest';

import { findSessionUses } from '../../codemods/server-entry/find-session-uses.ts';
import { checkText } from '../harness/program.ts';

const HEAD = `import { McpServer } from '@modelcontextprotocol/server';
declare const server: McpServer;
declare const carts: Map<string, string[]>;
declare const byId: Record<string, string>;
declare const own: { readonly sessionId: string };
`;

test('what is looked up by the session id of a request is reported, other uses are not', () => {
  const { file, checker } = checkText(`${HEAD}
server.registerTool('a', {}, (ctx) => {
  carts.get(ctx.sessionId ?? '');
  const id = ctx.sessionId ?? 'none';
  carts.set(id, []);
  console.error(ctx.sessionId, id);
  carts.has(own.sessionId);
  return { content: [] };
});
server.registerTool('b', {}, ({ sessionId }) => ({ content: [{ type: 'text', text: byId[sessionId!] ?? '' }] }));
`);
  const found = findSessionUses(file, checker);
  expect(found.map(({ code, title }) => [code, title.split(' ')[0]])).toEqual([
    ['MRTR4012', '`ctx.sessionId`'],
    ['MRTR4012', '`id`'],
    ['MRTR4012', '`sessionId`'],
  ]);
});
