import type { CallToolResult, McpServer } from '@modelcontextprotocol/server';

import { RED_PIXEL_PNG, SILENT_WAV } from '../media.js';

/** One tool for each kind of content a result may have, and one that fails. */
export function registerContentTools(server: McpServer): void {
  server.registerTool(
    'test_simple_text',
    { description: 'Returns text' },
    async (): Promise<CallToolResult> => ({
      content: [{ type: 'text', text: 'This is a simple text response for testing.' }],
    }),
  );
  server.registerTool(
    'test_image_content',
    { description: 'Returns an image' },
    async (): Promise<CallToolResult> => ({
      content: [{ type: 'image', data: RED_PIXEL_PNG, mimeType: 'image/png' }],
    }),
  );
  server.registerTool(
    'test_audio_content',
    { description: 'Returns a sound' },
    async (): Promise<CallToolResult> => ({
      content: [{ type: 'audio', data: SILENT_WAV, mimeType: 'audio/wav' }],
    }),
  );
  server.registerTool(
    'test_embedded_resource',
    { description: 'Returns a resource' },
    async (): Promise<CallToolResult> => ({
      content: [
        {
          type: 'resource',
          resource: {
            uri: 'test://embedded-resource',
            mimeType: 'text/plain',
            text: 'This is an embedded resource content.',
          },
        },
      ],
    }),
  );
  server.registerTool(
    'test_multiple_content_types',
    { description: 'Returns text, an image and a resource' },
    async (): Promise<CallToolResult> => ({
      content: [
        { type: 'text', text: 'Multiple content types test:' },
        { type: 'image', data: RED_PIXEL_PNG, mimeType: 'image/png' },
        {
          type: 'resource',
          resource: {
            uri: 'test://mixed-content-resource',
            mimeType: 'application/json',
            text: JSON.stringify({ test: 'data', value: 123 }),
          },
        },
      ],
    }),
  );
  server.registerTool(
    'test_error_handling',
    { description: 'Always fails' },
    async (): Promise<CallToolResult> => {
      throw new Error('This tool intentionally returns an error for testing');
    },
  );
}
