import type { CallToolResult, McpServer } from '@modelcontextprotocol/server';

import { textOf } from './sampling.js';

/** Tools that ask one question. */
export function registerInputRequiredTools(server: McpServer): void {
  server.registerTool(
    'test_input_required_result_elicitation',
    { description: 'Greets the user by name' },
    async (ctx): Promise<CallToolResult> => {
      const user_name = await ctx.mcpReq.elicitInput({
        message: 'What is your name?',
        requestedSchema: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
      });
      if (user_name.action !== 'accept') return { content: [{ type: 'text', text: 'Hello, stranger!' }] };
      return { content: [{ type: 'text', text: `Hello, ${String(user_name.content?.['name'])}!` }] };
    },
  );
  server.registerTool(
    'test_input_required_result_list_roots',
    { description: 'Lists the roots of the client' },
    async (ctx): Promise<CallToolResult> => {
      const client_roots = await ctx.mcpReq.send({ method: 'roots/list' });
      const uris = client_roots.roots.map(({ uri }) => uri);
      return { content: [{ type: 'text', text: `Roots: ${uris.join(', ')}` }] };
    },
  );
  server.registerTool(
    'test_input_required_result_capabilities',
    { description: 'Asks whatever the client can be asked' },
    async (ctx): Promise<CallToolResult> => {
      const capabilities = server.server.getClientCapabilities();
      const heard: string[] = [];
      if (capabilities?.elicitation) {
        const mood = await ctx.mcpReq.elicitInput({
          message: 'How are you?',
          requestedSchema: { type: 'object', properties: { mood: { type: 'string' } } },
        });
        heard.push(`elicitation: ${mood.action}`);
      }
      if (capabilities?.sampling) {
        const greeting = await ctx.mcpReq.requestSampling({
          messages: [{ role: 'user', content: { type: 'text', text: 'Generate a greeting' } }],
          maxTokens: 50,
        });
        heard.push(`sampling: ${textOf(greeting)}`);
      }
      return { content: [{ type: 'text', text: heard.length === 0 ? 'Nobody to ask.' : heard.join('\n') }] };
    },
  );
  server.registerTool(
    'test_streaming_elicitation',
    { description: 'Says what it is about to ask, then asks' },
    async (ctx): Promise<CallToolResult> => {
      await ctx.mcpReq.log('info', 'About to ask');
      const consent = await ctx.mcpReq.elicitInput({
        message: 'Shall I go on?',
        requestedSchema: { type: 'object', properties: { ok: { type: 'boolean' } } },
      });
      return { content: [{ type: 'text', text: consent.action === 'accept' ? 'Going on.' : 'Stopped.' }] };
    },
  );
}
