import type { CallToolResult, GetPromptResult, McpServer } from '@modelcontextprotocol/server';

import type { Catalogue } from '../catalogue.js';

/** A tool and a prompt that come and go, and the tools that make them do so. */
export function registerCatalogueTools(server: McpServer, catalogue: Catalogue): void {
  const extraTool = server.registerTool(
    'test_extra_tool',
    { description: 'Is not always there' },
    async (): Promise<CallToolResult> => ({ content: [{ type: 'text', text: 'Here today.' }] }),
  );
  const extraPrompt = server.registerPrompt(
    'test_extra_prompt',
    { description: 'Is not always there' },
    async (): Promise<GetPromptResult> => ({
      messages: [{ role: 'user', content: { type: 'text', text: 'Here today.' } }],
    }),
  );
  if (!catalogue.extraTool) extraTool.disable();
  if (!catalogue.extraPrompt) extraPrompt.disable();
  server.registerTool(
    'test_trigger_tool_change',
    { description: 'Changes the list of tools' },
    async (): Promise<CallToolResult> => {
      catalogue.extraTool = !catalogue.extraTool;
      extraTool.update({ enabled: catalogue.extraTool });
      return { content: [{ type: 'text', text: 'The list of tools has changed.' }] };
    },
  );
  server.registerTool(
    'test_trigger_prompt_change',
    { description: 'Changes the list of prompts' },
    async (): Promise<CallToolResult> => {
      catalogue.extraPrompt = !catalogue.extraPrompt;
      extraPrompt.update({ enabled: catalogue.extraPrompt });
      return { content: [{ type: 'text', text: 'The list of prompts has changed.' }] };
    },
  );
}
