import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

import { createProject, linkPackages } from '../codemods/project/temporary-project.ts';
import { behave } from '../harness/behaviours.ts';
import { createStdioClient } from '../harness/scripted-client.ts';

const SERVER = `
const { inputRequired, McpServer, SdkError } = require('@modelcontextprotocol/server');
const { serveStdio } = require('@modelcontextprotocol/server/stdio');
const { createRequestState, elicitResult } = require('mrtr/runtime');
const requestState = createRequestState();
const sure = inputRequired.elicit({ message: 'sure?', requestedSchema: { type: 'object', properties: {} } });
const text = (text) => ({ content: [{ type: 'text', text }] });
serveStdio(async () => {
  const server = requestState.protect(new McpServer({ name: 's', version: '1' }, { requestState }));
  server.registerTool('own', {}, async (ctx) => {
    if (ctx.mcpReq.requestState() === undefined) return requestState.ask(ctx, { sure }, { step: 'asked' });
    return text(elicitResult(ctx, 'sure').action);
  });
  server.registerTool('refused', {}, async (ctx) => {
    try {
      return await requestState.ask(ctx, { go: inputRequired.elicitUrl({ message: 'go', url: 'https://example.com' }) }, {});
    } catch (error) {
      return text(String(error instanceof SdkError));
    }
  });
  const { register } = await import('./handler.mjs');
  register(server, requestState);
  return server;
});
`;
const HANDLER = `
import { inputRequired } from '@modelcontextprotocol/server';
import { elicitResult } from 'mrtr/runtime';
const sure = inputRequired.elicit({ message: 'really?', requestedSchema: { type: 'object', properties: {} } });
export function register(server, requestState) {
  server.registerTool('mixed', {}, async (ctx) => {
    const answer = elicitResult(ctx, 'sure', sure);
    if (answer === undefined) return requestState.ask(ctx, { sure });
    return { content: [{ type: 'text', text: answer.action }] };
  });
}
`;

test('a CommonJS server requires the runtime, also where Node cannot require ES modules', async () => {
  const project = createProject({ 'server.cjs': SERVER, 'handler.mjs': HANDLER });
  const names = ['@modelcontextprotocol/server', 'zod'];
  linkPackages(project, Object.fromEntries(names.map((name) => [name, name])));
  const root = fileURLToPath(new URL('../..', import.meta.url));
  symlinkSync(root, join(project, 'node_modules/mrtr'), 'junction');
  const command = ['--no-experimental-require-module', join(project, 'server.cjs')];
  const peer = await createStdioClient(command, 'modern', {
    answers: behave(['accept']),
    capabilities: { elicitation: { form: {} } },
  });
  const results: unknown[] = [];
  for (const name of ['own', 'mixed', 'refused'])
    results.push((await peer.client.callTool({ name, arguments: {} })).content);
  await peer.close();
  expect(results).toEqual(['accept', 'accept', 'true'].map((text) => [{ type: 'text', text }]));
});
