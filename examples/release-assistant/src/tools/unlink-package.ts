import type { CallToolResult, McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';

import type { Ledger } from '../ledger.js';

export function registerUnlinkPackage(server: McpServer, ledger: Ledger): void {
  server.registerTool(
    'unlink_package',
    { description: 'Unlink a package from the workspace', inputSchema: z.object({ pkg: z.string() }) },
    async ({ pkg }, ctx): Promise<CallToolResult> => {
      const confirm = await ctx.mcpReq.elicitInput({
        message: `Unlink ${pkg}?`,
        requestedSchema: { type: 'object', properties: { sure: { type: 'boolean' } }, required: ['sure'] },
      });
      // Declining and unticking mean the same to the user.
      if (confirm.action !== 'accept' || confirm.content?.sure !== true) {
        return { content: [{ type: 'text', text: `${pkg} is still linked.` }] };
      }
      ledger.record({ action: 'unlink', subject: pkg });
      return { content: [{ type: 'text', text: `Unlinked ${pkg}.` }] };
    },
  );
}
