import { McpServer, type CallToolResult } from '@modelcontextprotocol/server';
import { createRequestState, resumable } from 'mrtr/runtime';
import * as z from 'zod';

const requestState = createRequestState({ key: 'a key for benches, thirty-two bytes or more' });

/** Three questions in a row, with something to carry from each. */
export function createServer(): McpServer {
  const server = requestState.protect(new McpServer({ name: 'bench', version: '1.0.0' }, { requestState }));
  server.registerTool('ping_tool', { inputSchema: z.object({}) }, () => ({ content: [] }));
  server.registerTool(
    'order',
    { inputSchema: z.object({ item: z.string() }) },
    resumable(async ({ item }, ctx): Promise<CallToolResult> => {
      const offers = [`${item} of the house`, `${item} of the day`, `the best ${item}`];
      const size = await ctx.mcpReq.elicitInput({
        message: `Which size of ${item}?`,
        requestedSchema: {
          type: 'object',
          properties: { size: { type: 'string', enum: ['small', 'large'] } },
          required: ['size'],
        },
      });
      if (size.action !== 'accept') return { content: [{ type: 'text', text: 'Nothing ordered.' }] };
      const offer = offers[size.content?.['size'] === 'large' ? 2 : 0];
      const count = await ctx.mcpReq.elicitInput({
        message: `How many of ${offer}?`,
        requestedSchema: { type: 'object', properties: { count: { type: 'integer' } }, required: ['count'] },
      });
      if (count.action !== 'accept') return { content: [{ type: 'text', text: 'Nothing ordered.' }] };
      const total = Number(count.content?.['count']) * 3;
      const sure = await ctx.mcpReq.elicitInput({
        message: `${total} for ${String(count.content?.['count'])} of ${offer}?`,
        requestedSchema: { type: 'object', properties: { sure: { type: 'boolean' } }, required: ['sure'] },
      });
      return { content: [{ type: 'text', text: `${sure.action}: ${total} of ${offers.length}` }] };
    }),
  );
  return server;
}
