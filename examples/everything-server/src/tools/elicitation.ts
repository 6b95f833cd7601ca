import type { CallToolResult, ElicitResult, McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';

/** Tools that show the user one form. */
export function registerElicitationTools(server: McpServer): void {
  server.registerTool(
    'test_elicitation',
    { description: 'Asks for a name and an address', inputSchema: z.object({ message: z.string() }) },
    async ({ message }, ctx): Promise<CallToolResult> => {
      const user = await ctx.mcpReq.elicitInput({
        message,
        requestedSchema: {
          type: 'object',
          properties: {
            username: { type: 'string', description: "User's response" },
            email: { type: 'string', description: "User's email address" },
          },
          required: ['username', 'email'],
        },
      });
      return { content: [{ type: 'text', text: `User response: ${describe(user)}` }] };
    },
  );
  server.registerTool(
    'test_elicitation_sep1034_defaults',
    { description: 'Asks with a default for each type of field' },
    async (ctx): Promise<CallToolResult> => {
      const form = await ctx.mcpReq.elicitInput({
        message: 'Please review the defaults',
        requestedSchema: {
          type: 'object',
          properties: {
            name: { type: 'string', default: 'John Doe' },
            age: { type: 'integer', default: 30 },
            score: { type: 'number', default: 95.5 },
            status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
            verified: { type: 'boolean', default: true },
          },
        },
      });
      return { content: [{ type: 'text', text: `Elicitation completed: ${describe(form)}` }] };
    },
  );
  server.registerTool(
    'test_elicitation_sep1330_enums',
    { description: 'Asks with each way to write a choice' },
    async (ctx): Promise<CallToolResult> => {
      const form = await ctx.mcpReq.elicitInput({
        message: 'Please choose',
        requestedSchema: {
          type: 'object',
          properties: {
            untitledSingle: { type: 'string', enum: ['option1', 'option2', 'option3'] },
            titledSingle: {
              type: 'string',
              oneOf: [
                { const: 'value1', title: 'First Option' },
                { const: 'value2', title: 'Second Option' },
                { const: 'value3', title: 'Third Option' },
              ],
            },
            legacyEnum: {
              type: 'string',
              enum: ['opt1', 'opt2', 'opt3'],
              enumNames: ['Option One', 'Option Two', 'Option Three'],
            },
            untitledMulti: {
              type: 'array',
              items: { type: 'string', enum: ['option1', 'option2', 'option3'] },
            },
            titledMulti: {
              type: 'array',
              items: {
                anyOf: [
                  { const: 'value1', title: 'First Choice' },
                  { const: 'value2', title: 'Second Choice' },
                  { const: 'value3', title: 'Third Choice' },
                ],
              },
            },
          },
        },
      });
      return { content: [{ type: 'text', text: `Elicitation completed: ${describe(form)}` }] };
    },
  );
}

function describe({ action, content }: ElicitResult): string {
  return `action=${action}, content=${JSON.stringify(content ?? {})}`;
}
