import type { CallToolResult, CreateMessageResultWithTools, McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';

/** Tools that have the client's model write something. */
export function registerSamplingTools(server: McpServer): void {
  server.registerTool(
    'test_sampling',
    { description: 'Samples a prompt', inputSchema: z.object({ prompt: z.string() }) },
    async ({ prompt }, ctx): Promise<CallToolResult> => {
      const completion = await ctx.mcpReq.requestSampling({
        messages: [{ role: 'user', content: { type: 'text', text: prompt } }],
        maxTokens: 100,
      });
      return { content: [{ type: 'text', text: `LLM response: ${textOf(completion)}` }] };
    },
  );
  server.registerTool(
    'test_input_required_result_sampling',
    { description: 'Asks the model for a capital' },
    async (ctx): Promise<CallToolResult> => {
      const capital_question = await ctx.mcpReq.requestSampling({
        messages: [{ role: 'user', content: { type: 'text', text: 'What is the capital of France?' } }],
        maxTokens: 100,
      });
      return { content: [{ type: 'text', text: textOf(capital_question) }] };
    },
  );
  server.registerTool(
    'test_missing_capability',
    { description: 'Cannot do without sampling' },
    async (ctx): Promise<CallToolResult> => {
      const completion = await ctx.mcpReq.requestSampling({
        messages: [{ role: 'user', content: { type: 'text', text: 'Say anything.' } }],
        maxTokens: 10,
      });
      return { content: [{ type: 'text', text: textOf(completion) }] };
    },
  );
}

/** The text of an answer; models write images and sounds too. */
export function textOf({ content }: CreateMessageResultWithTools): string {
  return [content]
    .flat()
    .flatMap((block) => (block.type === 'text' ? [block.text] : []))
    .join('\n');
}
