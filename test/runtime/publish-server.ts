import {
  inputRequired,
  McpServer,
  ResourceTemplate,
  type CallToolResult,
  type ElicitRequestFormParams,
  type GetPromptResult,
  type InputRequiredResult,
  type ReadResourceResult,
} from '@modelcontextprotocol/server';
import { z } from 'zod';

import { elicitResult, rootsResult, samplingResult, type RequestState } from '../../runtime/index.ts';

type PublishState =
  | { step: 'awaiting-choice'; versions: string[]; loadedAt: Date }
  | { step: 'awaiting-confirm'; version: string };

type Schema = ElicitRequestFormParams['requestedSchema'];

const CHOICE: Schema = {
  type: 'object',
  properties: { version: { type: 'string', minLength: 3 } },
  required: ['version'],
};
const CONFIRM: Schema = { type: 'object', properties: { sure: { type: 'boolean' } }, required: ['sure'] };

/** A server in the shape that `mrtr migrate` writes. `effects` records what its handlers did. */
export function createPublishServer(requestState: RequestState, effects: string[] = []): McpServer {
  const server = requestState.protect(new McpServer({ name: 'publish', version: '1' }, { requestState }));
  registerPublish(server, requestState, effects, 'publish');
  registerPublish(server, requestState, effects, 'publish-twin');
  registerOthers(server, requestState, effects);
  return server;
}

function registerPublish(
  server: McpServer,
  requestState: RequestState,
  effects: string[],
  tool: string,
): void {
  server.registerTool(
    tool,
    { inputSchema: z.object({ pkg: z.string() }) },
    async ({ pkg }, ctx): Promise<CallToolResult | InputRequiredResult> => {
      const state = ctx.mcpReq.requestState<PublishState>();
      switch (state?.step) {
        case undefined: {
          effects.push(`load ${pkg}`);
          return requestState.ask<PublishState>(
            ctx,
            {
              choice: inputRequired.elicit({ message: `Which version of ${pkg}?`, requestedSchema: CHOICE }),
            },
            { step: 'awaiting-choice', versions: ['1.0.0', '2.0.0'], loadedAt: new Date(0) },
          );
        }
        case 'awaiting-choice': {
          const choice = elicitResult(ctx, 'choice');
          if (choice.action !== 'accept') return text(`${choice.action} at ${state.loadedAt.getTime()}`);
          const version = String(choice.content?.['version'] ?? state.versions[0]);
          return requestState.ask<PublishState>(
            ctx,
            { confirm: inputRequired.elicit({ message: `Publish ${version}?`, requestedSchema: CONFIRM }) },
            { step: 'awaiting-confirm', version },
          );
        }
        case 'awaiting-confirm': {
          const confirm = elicitResult(ctx, 'confirm');
          if (confirm.action !== 'accept' || confirm.content?.['sure'] !== true) return text('not published');
          effects.push(`publish ${pkg}@${state.version}`);
          return text(`published ${pkg}@${state.version}`);
        }
      }
    },
  );
}

function registerOthers(server: McpServer, requestState: RequestState, effects: string[]): void {
  server.registerTool('guarded', {}, async (ctx): Promise<CallToolResult | InputRequiredResult> => {
    const nameRequest = inputRequired.elicit({ message: 'Name?', requestedSchema: CHOICE });
    const name = elicitResult(ctx, 'name', nameRequest);
    if (name === undefined) return requestState.ask(ctx, { name: nameRequest });
    return text(`hello ${String(name.content?.['version'])}`);
  });
  server.registerTool('gather', {}, async (ctx): Promise<CallToolResult | InputRequiredResult> => {
    const state = ctx.mcpReq.requestState<{ step: 'gathering' }>();
    if (state === undefined) {
      effects.push('gather');
      const summary = inputRequired.createMessage({ messages: [], maxTokens: 1 });
      return requestState.ask(ctx, { summary, roots: inputRequired.listRoots() }, { step: 'gathering' });
    }
    return text(`${samplingResult(ctx, 'summary').model} ${rootsResult(ctx, 'roots').roots.length}`);
  });
  server.registerPrompt('brief', {}, async (ctx): Promise<GetPromptResult | InputRequiredResult> => {
    const state = ctx.mcpReq.requestState<{ tone: string }>();
    const topic = inputRequired.elicit({ message: 'Topic?', requestedSchema: CHOICE });
    if (state === undefined) return requestState.ask(ctx, { topic }, { tone: 'dry' });
    const answer = `${state.tone} ${String(elicitResult(ctx, 'topic').content?.['version'])}`;
    return { messages: [{ role: 'user', content: { type: 'text', text: answer } }] };
  });
  const template = new ResourceTemplate('note://{id}', { list: undefined });
  server.registerResource(
    'note',
    template,
    {},
    async (uri, _variables, ctx): Promise<ReadResourceResult | InputRequiredResult> => {
      const state = ctx.mcpReq.requestState<{ uri: string }>();
      const pin = inputRequired.elicit({ message: 'Pin?', requestedSchema: CHOICE });
      if (state === undefined) return requestState.ask(ctx, { pin }, { uri: uri.href });
      return { contents: [{ uri: uri.href, text: `${state.uri} ${elicitResult(ctx, 'pin').action}` }] };
    },
  );
}

export function text(value: string): CallToolResult {
  return { content: [{ type: 'text', text: value }] };
}
