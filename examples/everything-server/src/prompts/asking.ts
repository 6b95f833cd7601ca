import type { GetPromptResult, McpServer } from '@modelcontextprotocol/server';

export function registerAskingPrompt(server: McpServer): void {
  server.registerPrompt(
    'test_input_required_result_prompt',
    { description: 'A prompt that needs to know its context' },
    async (ctx): Promise<GetPromptResult> => {
      const user_context = await ctx.mcpReq.elicitInput({
        message: 'What context should the prompt use?',
        requestedSchema: {
          type: 'object',
          properties: { context: { type: 'string' } },
          required: ['context'],
        },
      });
      const context = String(user_context.content?.['context'] ?? 'none');
      return { messages: [{ role: 'user', content: { type: 'text', text: `Context: ${context}` } }] };
    },
  );
}
