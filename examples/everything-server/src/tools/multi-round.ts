import { randomUUID } from 'node:crypto';

import type { CallToolResult, McpServer } from '@modelcontextprotocol/server';

import { textOf } from './sampling.js';

/** Tools that have something to remember while they wait: they open a ticket before they ask. */
export function registerMultiRoundTools(server: McpServer): void {
  server.registerTool(
    'test_input_required_result_request_state',
    { description: 'Opens a ticket and has it confirmed' },
    async (ctx): Promise<CallToolResult> => {
      const ticket = randomUUID();
      const confirm = await ctx.mcpReq.elicitInput({
        message: 'Please confirm',
        requestedSchema: { type: 'object', properties: { ok: { type: 'boolean' } }, required: ['ok'] },
      });
      const outcome =
        confirm.action === 'accept' && confirm.content?.['ok'] === true ? 'state-ok' : 'refused';
      return { content: [{ type: 'text', text: `${outcome} ${ticket}` }] };
    },
  );
  server.registerTool(
    'test_input_required_result_tampered_state',
    { description: 'Opens a ticket that nobody may forge' },
    async (ctx): Promise<CallToolResult> => {
      const ticket = randomUUID();
      const confirm = await ctx.mcpReq.elicitInput({
        message: 'Please confirm',
        requestedSchema: { type: 'object', properties: { ok: { type: 'boolean' } }, required: ['ok'] },
      });
      return { content: [{ type: 'text', text: `${confirm.action} ${ticket}` }] };
    },
  );
  server.registerTool(
    'test_input_required_result_multiple_inputs',
    { description: 'Asks user, model and client at once' },
    async (ctx): Promise<CallToolResult> => {
      const ticket = randomUUID();
      const [user_name, greeting, client_roots] = await Promise.all([
        ctx.mcpReq.elicitInput({
          message: 'What is your name?',
          requestedSchema: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
        }),
        ctx.mcpReq.requestSampling({
          messages: [{ role: 'user', content: { type: 'text', text: 'Generate a greeting' } }],
          maxTokens: 50,
        }),
        ctx.mcpReq.send({ method: 'roots/list' }),
      ]);
      const name = String(user_name.content?.['name'] ?? 'stranger');
      const text = `${textOf(greeting)} ${name}, with ${client_roots.roots.length} roots (${ticket})`;
      return { content: [{ type: 'text', text }] };
    },
  );
  server.registerTool(
    'test_input_required_result_multi_round',
    { description: 'Asks for a name, then for a colour' },
    async (ctx): Promise<CallToolResult> => {
      const ticket = randomUUID();
      const step1 = await ctx.mcpReq.elicitInput({
        message: 'Step 1: What is your name?',
        requestedSchema: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
      });
      if (step1.action !== 'accept') return { content: [{ type: 'text', text: `Closed ${ticket}` }] };
      const step2 = await ctx.mcpReq.elicitInput({
        message: 'Step 2: What is your favorite color?',
        requestedSchema: { type: 'object', properties: { color: { type: 'string' } }, required: ['color'] },
      });
      if (step2.action !== 'accept') return { content: [{ type: 'text', text: `Closed ${ticket}` }] };
      const { name } = step1.content ?? {};
      const { color } = step2.content ?? {};
      return { content: [{ type: 'text', text: `${String(name)} likes ${String(color)} (${ticket})` }] };
    },
  );
}
