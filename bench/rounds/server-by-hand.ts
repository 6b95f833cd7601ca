import {
  acceptedContent,
  createRequestStateCodec,
  inputRequired,
  McpServer,
  type CallToolResult,
  type InputRequiredResult,
} from '@modelcontextprotocol/server';
import * as z from 'zod';

type OrderState =
  | { step: 'awaiting-size'; offers: string[] }
  | { step: 'awaiting-count'; offers: string[]; offer: string | undefined }
  | { step: 'awaiting-sure'; total: number; left: number };

const codec = createRequestStateCodec<OrderState>({
  key: 'a key for benches, thirty-two bytes or more',
  bind: (ctx) => ctx.mcpReq.method,
});

const SIZE = z.object({ size: z.enum(['small', 'large']) });
const COUNT = z.object({ count: z.number().int() });
const nothing: CallToolResult = { content: [{ type: 'text', text: 'Nothing ordered.' }] };

/** The same flow as a careful author writes it with the SDK alone: validated answers, a signed state with expiry. */
export function createServer(): McpServer {
  const server = new McpServer({ name: 'bench', version: '1.0.0' }, { requestState: codec });
  server.registerTool('ping_tool', { inputSchema: z.object({}) }, () => ({ content: [] }));
  server.registerTool(
    'order',
    { inputSchema: z.object({ item: z.string() }) },
    async ({ item }, ctx): Promise<CallToolResult | InputRequiredResult> => {
      const state = ctx.mcpReq.requestState<OrderState>();
      const answers = ctx.mcpReq.inputResponses;
      switch (state?.step) {
        case undefined: {
          const offers = [`${item} of the house`, `${item} of the day`, `the best ${item}`];
          return inputRequired({
            inputRequests: {
              size: inputRequired.elicit({
                message: `Which size of ${item}?`,
                requestedSchema: {
                  type: 'object',
                  properties: { size: { type: 'string', enum: ['small', 'large'] } },
                  required: ['size'],
                },
              }),
            },
            requestState: await codec.mint({ step: 'awaiting-size', offers }, ctx),
          });
        }
        case 'awaiting-size': {
          const size = acceptedContent(answers, 'size', SIZE);
          if (size === undefined) return nothing;
          const offer = state.offers[size.size === 'large' ? 2 : 0];
          return inputRequired({
            inputRequests: {
              count: inputRequired.elicit({
                message: `How many of ${offer}?`,
                requestedSchema: {
                  type: 'object',
                  properties: { count: { type: 'integer' } },
                  required: ['count'],
                },
              }),
            },
            requestState: await codec.mint({ step: 'awaiting-count', offers: state.offers, offer }, ctx),
          });
        }
        case 'awaiting-count': {
          const count = acceptedContent(answers, 'count', COUNT);
          if (count === undefined) return nothing;
          const total = count.count * 3;
          return inputRequired({
            inputRequests: {
              sure: inputRequired.elicit({
                message: `${total} for ${count.count} of ${state.offer}?`,
                requestedSchema: {
                  type: 'object',
                  properties: { sure: { type: 'boolean' } },
                  required: ['sure'],
                },
              }),
            },
            requestState: await codec.mint({ step: 'awaiting-sure', total, left: state.offers.length }, ctx),
          });
        }
        case 'awaiting-sure':
          return { content: [{ type: 'text', text: `${state.total} of ${state.left}` }] };
      }
    },
  );
  return server;
}
