import type { CallToolResult, McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';

import type { Ledger } from '../ledger.js';

export function registerYankVersions(server: McpServer, ledger: Ledger): void {
  server.registerTool(
    'yank_versions',
    {
      description: 'Withdraw published versions, each after a confirmation',
      inputSchema: z.object({ pkg: z.string(), versions: z.array(z.string()) }),
    },
    async ({ pkg, versions }, ctx): Promise<CallToolResult> => {
      const yanked: string[] = [];
      for (const version of versions) {
        const answer = await ctx.mcpReq.elicitInput({
          message: `Withdraw ${pkg} ${version}?`,
          requestedSchema: {
            type: 'object',
            properties: { reason: { type: 'string' } },
            required: ['reason'],
          },
        });
        if (answer.action !== 'accept') continue;
        ledger.record({ action: 'yank', subject: pkg, detail: `${version}: ${answer.content?.reason}` });
        yanked.push(version);
      }
      return { content: [{ type: 'text', text: `Withdrawn: ${yanked.join(', ') || 'none'}` }] };
    },
  );
}
