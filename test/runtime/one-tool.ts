import { randomUUID } from 'node:crypto';

import { loadCompiledTexts } from '../harness/compile-fixture.ts';
import type { FixtureModule } from '../harness/record-fixture.ts';
import { createModernClient, type JsonRpcAnswer } from '../harness/scripted-client.ts';

/** The params of an ask. */
export const SURE = `{ message: 'Sure?', requestedSchema: { type: 'object', properties: { ok: { type: 'boolean' } }, required: ['ok'] } }`;
export const yes = { action: 'accept', content: { ok: true } };

/** A server with one tool, `run`, whose handler has the given body; `helpers` stand in front of it. */
function serverText(body: string, helpers = '', protect: boolean | string = true): string {
  const requestState = typeof protect === 'string' ? protect : 'requestState';
  const made = `new McpServer({ name: 's', version: '1' }${protect ? `, { requestState: ${requestState} }` : ''})`;
  return `import { McpServer } from '@modelcontextprotocol/server';
import { createRequestState, resumable } from 'mrtr/runtime';
import * as z from 'zod';
import { requestState } from '../../handlers/request-state.ts';
${helpers}
const text = (value) => ({ content: [{ type: 'text', text: String(value) }] });
export function createServer() {
  const server = ${protect ? `${requestState}.protect(${made})` : made};
  server.registerTool('run', { inputSchema: z.object({ item: z.string().default('none') }) }, resumable(async (args, ctx) => {
    ${body}
  }));
  return server;
}`;
}

/** Compiles and loads a server; each file is one of its own. */
export function load(...parts: Parameters<typeof serverText>): Promise<FixtureModule> {
  return loadCompiledTexts(`resumable-${randomUUID()}`, { 'server.ts': serverText(...parts) });
}

export async function call(
  { createServer }: FixtureModule,
  params: Readonly<Record<string, unknown>> = {},
): Promise<JsonRpcAnswer> {
  const peer = await createModernClient(createServer);
  const answer = await peer.post('tools/call', { name: 'run', arguments: {}, ...params });
  await peer.close();
  return answer;
}

export async function answerTo(
  module: FixtureModule,
  answer: JsonRpcAnswer,
  response: unknown = yes,
): Promise<JsonRpcAnswer> {
  const { inputRequests, requestState } = answer.result ?? {};
  const keys = Object.keys(inputRequests as object);
  const inputResponses = Object.fromEntries(keys.map((key) => [key, response]));
  return call(module, { inputResponses, requestState });
}

export const textOf = ({ result }: JsonRpcAnswer): unknown =>
  (result?.['content'] as { text: string }[] | undefined)?.[0]?.text;
