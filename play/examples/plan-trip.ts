import { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';

export function createServer(): McpServer {
  const server = new McpServer({ name: 'travel', version: '1.0.0' });

  // Three questions in one round: a form, a text from the model, and the roots.
  server.registerTool(
    'plan_trip',
    {
      description: 'Plan a trip',
      inputSchema: z.object({ city: z.string().meta({ examples: ['Lisbon'] }) }),
    },
    async ({ city }, ctx) => {
      const [dates, idea, folders] = await Promise.all([
        ctx.mcpReq.elicitInput({
          message: `When do you go to ${city}?`,
          requestedSchema: {
            type: 'object',
            properties: {
              from: { type: 'string', title: 'From', format: 'date' },
              nights: { type: 'integer', title: 'Nights', minimum: 1, default: 3 },
            },
            required: ['from', 'nights'],
          },
        }),
        ctx.mcpReq.requestSampling({
          messages: [{ role: 'user', content: { type: 'text', text: `One thing to do in ${city}?` } }],
          maxTokens: 100,
        }),
        ctx.mcpReq.send({ method: 'roots/list' }),
      ]);
      const when = dates.action === 'accept' ? `${dates.content?.nights} nights` : 'some day';
      const said = Array.isArray(idea.content) ? idea.content[0] : idea.content;
      const what = said?.type === 'text' ? said.text : 'walk';
      const where = folders.roots[0]?.uri ?? 'nowhere';
      return { content: [{ type: 'text', text: `${city}, ${when}: ${what} (saved in ${where})` }] };
    },
  );

  return server;
}
