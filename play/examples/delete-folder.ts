import { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';

export function createServer(): McpServer {
  const server = new McpServer({ name: 'files', version: '1.0.0' });

  // Everything needed after the question comes with the request again, so there is nothing to carry.
  server.registerTool(
    'delete_folder',
    {
      description: 'Delete a folder once the user has confirmed it',
      inputSchema: z.object({ path: z.string().meta({ examples: ['/tmp/build'] }) }),
    },
    async ({ path }, ctx) => {
      const confirm = await ctx.mcpReq.elicitInput({
        message: `Delete ${path}?`,
        requestedSchema: {
          type: 'object',
          properties: { sure: { type: 'boolean', title: 'I am sure' } },
          required: ['sure'],
        },
      });
      if (confirm.action !== 'accept' || confirm.content?.sure !== true) {
        return { content: [{ type: 'text', text: `${path} was kept.` }] };
      }
      console.log(`rm -r ${path}`);
      return { content: [{ type: 'text', text: `${path} was deleted.` }] };
    },
  );

  return server;
}
