import { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';

export function createServer(): McpServer {
  const server = new McpServer({ name: 'registry', version: '1.0.0' });

  // One question per turn: the list, the place in it and what was collected become the state.
  server.registerTool(
    'yank_versions',
    {
      description: 'Go through versions and take back those that the user picks',
      inputSchema: z.object({
        versions: z.array(z.string()).meta({ examples: [['1.0.0', '1.0.1', '1.1.0']] }),
      }),
    },
    async ({ versions }, ctx) => {
      const yanked: string[] = [];
      for (const version of versions) {
        const answer = await ctx.mcpReq.elicitInput({
          message: `Take back ${version}? (${yanked.length} so far)`,
          requestedSchema: {
            type: 'object',
            properties: { yank: { type: 'boolean', title: 'Take it back' } },
            required: ['yank'],
          },
        });
        if (answer.action === 'cancel') break;
        if (answer.content?.yank !== true) continue;
        console.log(`yank ${version}`);
        yanked.push(version);
      }
      return { content: [{ type: 'text', text: `Taken back: ${yanked.join(', ') || 'none'}.` }] };
    },
  );

  return server;
}
