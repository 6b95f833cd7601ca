import type { GetPromptResult, McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';

export function registerAnnouncementPrompt(server: McpServer): void {
  server.registerPrompt(
    'announcement',
    { description: 'An announcement in the right tone', argsSchema: z.object({ pkg: z.string() }) },
    async ({ pkg }, ctx): Promise<GetPromptResult> => {
      const tone = await ctx.mcpReq.elicitInput({
        message: `Who reads the announcement of ${pkg}?`,
        requestedSchema: {
          type: 'object',
          properties: { audience: { type: 'string', enum: ['developers', 'managers'] } },
          required: ['audience'],
        },
      });
      const audience = tone.action === 'accept' ? String(tone.content?.audience) : 'everyone';
      return {
        messages: [{ role: 'user', content: { type: 'text', text: `Announce ${pkg} to ${audience}.` } }],
      };
    },
  );
}
