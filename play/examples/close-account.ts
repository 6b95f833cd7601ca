import { McpServer, type ServerContext } from '@modelcontextprotocol/server';
import * as z from 'zod';

/** Asks for its callers, who wait for it where they call it. */
async function confirm(ctx: ServerContext, message: string): Promise<boolean> {
  const answer = await ctx.mcpReq.elicitInput({
    message,
    requestedSchema: {
      type: 'object',
      properties: { yes: { type: 'boolean', title: 'Yes' } },
      required: ['yes'],
    },
  });
  return answer.action === 'accept' && answer.content?.yes === true;
}

export function createServer(): McpServer {
  const server = new McpServer({ name: 'accounts', version: '1.0.0' });

  server.registerTool(
    'close_account',
    {
      description: 'Close an account, with its files if the user wants so',
      inputSchema: z.object({ name: z.string().meta({ examples: ['ada'] }) }),
    },
    async ({ name }, ctx) => {
      const sure = await confirm(ctx, `Close the account of ${name}?`);
      if (!sure) return { content: [{ type: 'text', text: 'The account stays.' }] };
      const withFiles = await confirm(ctx, `Delete the files of ${name} as well?`);
      console.log(`close ${name}${withFiles ? ' --files' : ''}`);
      return { content: [{ type: 'text', text: `Closed${withFiles ? ' and emptied' : ''}.` }] };
    },
  );

  return server;
}
