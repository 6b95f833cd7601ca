import { setTimeout as delay } from 'node:timers/promises';

import type { CallToolResult, McpServer } from '@modelcontextprotocol/server';

const STEP_MS = 50;

/** Tools that tell the client what they do while they do it. */
export function registerNotifyingTools(server: McpServer): void {
  server.registerTool(
    'test_tool_with_logging',
    { description: 'Logs three messages' },
    async (ctx): Promise<CallToolResult> => {
      await ctx.mcpReq.log('info', 'Tool execution started');
      await delay(STEP_MS);
      await ctx.mcpReq.log('info', 'Tool processing data');
      await delay(STEP_MS);
      await ctx.mcpReq.log('info', 'Tool execution completed');
      return { content: [{ type: 'text', text: 'Logged three messages.' }] };
    },
  );
  server.registerTool(
    'test_logging_tool',
    { description: 'Logs one message' },
    async (ctx): Promise<CallToolResult> => {
      await ctx.mcpReq.log('info', 'One message');
      return { content: [{ type: 'text', text: 'Logged a message.' }] };
    },
  );
  server.registerTool(
    'test_tool_with_progress',
    { description: 'Reports its progress' },
    async (ctx): Promise<CallToolResult> => {
      const progressToken = ctx.mcpReq._meta?.progressToken;
      for (const progress of [0, 50, 100]) {
        if (progress > 0) await delay(STEP_MS);
        if (progressToken === undefined) continue;
        await ctx.mcpReq.notify({
          method: 'notifications/progress',
          params: { progressToken, progress, total: 100 },
        });
      }
      return { content: [{ type: 'text', text: 'All steps done.' }] };
    },
  );
}
