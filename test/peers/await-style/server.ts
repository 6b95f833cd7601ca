import { acceptedContent, inputRequired, McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';

import { effect, untilAborted } from './effects.ts';

const text = (value: string) => ({ content: [{ type: 'text' as const, text: value }] });

export function createServer(): McpServer {
  const server = new McpServer({ name: 'peers', version: '1.0.0' });

  server.registerTool(
    'publish',
    { description: 'Publish a package', inputSchema: z.object({ pkg: z.string() }) },
    async ({ pkg }, ctx) => {
      const latest = await effect(`load ${pkg}`);
      const choice = await ctx.mcpReq.elicitInput({
        message: `Which version of ${pkg}?`,
        requestedSchema: {
          type: 'object',
          properties: { version: { type: 'string' } },
          required: ['version'],
        },
      });
      if (choice.action !== 'accept') return text(`${choice.action} after ${latest}`);
      const version = String(choice.content?.['version']);
      const confirm = await ctx.mcpReq.elicitInput({
        message: `Publish ${pkg} ${version}?`,
        requestedSchema: { type: 'object', properties: { sure: { type: 'boolean' } }, required: ['sure'] },
      });
      if (confirm.action !== 'accept') return text('not published');
      await effect(`publish ${pkg} ${version}`);
      return text(`published ${pkg} ${version}`);
    },
  );

  server.registerTool('fail', { description: 'Ask, then fail' }, async (ctx) => {
    await effect('before');
    const answer = await ctx.mcpReq.elicitInput({
      message: 'Go on?',
      requestedSchema: { type: 'object', properties: {} },
    });
    await effect(`after ${answer.action}`);
    throw new Error('the registry is down');
  });

  server.registerTool('wait', { description: 'Ask, then wait for a service' }, async (ctx) => {
    await effect('before');
    const answer = await ctx.mcpReq.elicitInput({
      message: 'Go on?',
      requestedSchema: { type: 'object', properties: {} },
    });
    await effect(`after ${answer.action}`);
    return untilAborted(ctx.mcpReq.signal);
  });

  server.registerTool(
    'each',
    { description: 'Ask for every name', inputSchema: z.object({ names: z.array(z.string()) }) },
    async ({ names }, ctx) => {
      const taken: string[] = [];
      for (const name of names) {
        const keep = await ctx.mcpReq.elicitInput({
          message: `Keep ${name}?`,
          requestedSchema: { type: 'object', properties: {} },
        });
        if (keep.action === 'accept') taken.push(await effect(name));
      }
      return text(taken.join(' '));
    },
  );

  server.registerTool('survey', { description: 'One field of every kind' }, async (ctx) => {
    const survey = await ctx.mcpReq.elicitInput({
      message: 'Tell us',
      requestedSchema: {
        type: 'object',
        properties: {
          name: { type: 'string', minLength: 2 },
          age: { type: 'integer', minimum: 1 },
          ratio: { type: 'number' },
          member: { type: 'boolean' },
          plan: { type: 'string', enum: ['free', 'paid'] },
          topics: { type: 'array', items: { type: 'string', enum: ['a', 'b', 'c'] } },
        },
        required: ['name', 'age'],
      },
    });
    return text(JSON.stringify(survey.content));
  });

  server.registerTool('summary', { description: 'Let the model of the client write' }, async (ctx) => {
    const topic = await effect('topic');
    const draft = await ctx.mcpReq.requestSampling({
      messages: [{ role: 'user', content: { type: 'text', text: topic } }],
      maxTokens: 100,
    });
    return text(`${topic}: ${JSON.stringify(draft.content)}`);
  });

  server.registerTool('workspaces', { description: 'Count the roots' }, async (ctx) => {
    const prefix = await effect('roots');
    const { roots } = await ctx.mcpReq.send({ method: 'roots/list' });
    return text(`${prefix} ${roots.length}`);
  });

  server.registerTool(
    'note',
    { description: 'Carries what it was given', inputSchema: z.object({ note: z.string() }) },
    async ({ note }, ctx) => {
      const kept = await effect(`${note}!`);
      const answer = await ctx.mcpReq.elicitInput({
        message: 'Keep it?',
        requestedSchema: { type: 'object', properties: {} },
      });
      return text(`${answer.action} ${JSON.stringify(kept)}`);
    },
  );

  server.registerTool('by_hand', { description: 'Written for the modern era' }, async (ctx) => {
    const sure = acceptedContent<{ sure: boolean }>(ctx.mcpReq.inputResponses, 'sure');
    if (sure !== undefined) return text(`by hand: ${sure.sure}`);
    return inputRequired({
      inputRequests: {
        sure: inputRequired.elicit({
          message: 'Sure?',
          requestedSchema: { type: 'object', properties: { sure: { type: 'boolean' } } },
        }),
      },
    });
  });

  return server;
}
