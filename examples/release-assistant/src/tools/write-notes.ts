import type { CallToolResult, McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';

import type { Ledger } from '../ledger.js';

export function registerWriteNotes(server: McpServer, ledger: Ledger): void {
  server.registerTool(
    'write_notes',
    {
      description: 'Draft release notes',
      inputSchema: z.object({ pkg: z.string(), changes: z.array(z.string()) }),
    },
    async ({ pkg, changes }, ctx): Promise<CallToolResult> => {
      const draft = await ctx.mcpReq.requestSampling({
        messages: [
          {
            role: 'user',
            content: { type: 'text', text: `Write release notes for ${pkg}:\n${changes.join('\n')}` },
          },
        ],
        maxTokens: 400,
      });
      // Models answer with images too; notes are text.
      const blocks = [draft.content].flat();
      const notes = blocks.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n');
      ledger.record({ action: 'note', subject: pkg, detail: notes });
      return { content: [{ type: 'text', text: notes }] };
    },
  );
}
