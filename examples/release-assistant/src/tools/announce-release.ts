import type { CallToolResult, McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';

import type { Ledger } from '../ledger.js';

export function registerAnnounceRelease(server: McpServer, ledger: Ledger): void {
  server.registerTool(
    'announce_release',
    {
      description: 'Announce a published version',
      inputSchema: z.object({ pkg: z.string(), version: z.string() }),
    },
    async ({ pkg, version }): Promise<CallToolResult> => {
      const published = ledger.entries().some((entry) => entry.action === 'publish' && entry.subject === pkg);
      const headline = published ? `${pkg} ${version} is out` : `${pkg} ${version} is coming`;
      const edited = await server.server.elicitInput({
        message: `Announce "${headline}"?`,
        requestedSchema: {
          type: 'object',
          properties: { channel: { type: 'string', enum: ['chat', 'mail'] }, headline: { type: 'string' } },
          required: ['channel'],
        },
      });
      if (edited.action !== 'accept') {
        return { content: [{ type: 'text', text: 'Not announced.' }] };
      }
      const detail = `${edited.content?.channel}: ${edited.content?.headline ?? headline}`;
      ledger.record({ action: 'announce', subject: pkg, detail });
      return { content: [{ type: 'text', text: `Announced by ${detail}` }] };
    },
  );
}
