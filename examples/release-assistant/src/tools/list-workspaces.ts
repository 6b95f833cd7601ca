import type { CallToolResult, McpServer } from '@modelcontextprotocol/server';

export function registerListWorkspaces(server: McpServer): void {
  server.registerTool(
    'list_workspaces',
    { description: 'List the workspaces the client has open' },
    async (ctx): Promise<CallToolResult> => {
      const { roots } = await ctx.mcpReq.send({ method: 'roots/list' });
      const names = roots.map((root) => root.name ?? root.uri);
      return {
        content: [{ type: 'text', text: names.length === 0 ? 'No workspace is open.' : names.join('\n') }],
      };
    },
  );
}
