import {
  inputRequired,
  McpServer,
  type CallToolResult,
  type InputRequiredResult,
} from '@modelcontextprotocol/server';
import { afterEach, expect, test } from 'vitest';

import { createRequestState } from '../../runtime/index.ts';
import { createModernClient } from '../harness/scripted-client.ts';
import { createPublishServer, text } from './publish-server.ts';

const requestState = createRequestState({ key: 'a key for tests, of at least 32 bytes' });
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

interface Counted {
  readonly count: number;
  readonly since: Date;
}

/** In the style of the SDK's guide, with `mint` and `verify` alone. */
async function counter(name: string, server: McpServer, seen: unknown[] = []) {
  const peer = await createModernClient(() => server);
  closing.push(() => peer.close());
  server.registerTool(name, {}, async (ctx): Promise<CallToolResult | InputRequiredResult> => {
    seen.push(ctx.mcpReq.requestState());
    const { count, since } = ctx.mcpReq.requestState<Counted>() ?? { count: 0, since: new Date(7) };
    if (count === 2) return text(`${count} since ${since.getTime()}`);
    return inputRequired({ requestState: await requestState.mint({ count: count + 1, since }, ctx) });
  });
  return peer;
}

function bare(): McpServer {
  return new McpServer({ name: 'counter', version: '1' }, { requestState });
}

test.each([
  ['a bare server', bare],
  ['a protected server', () => requestState.protect(bare())],
])('mint and verify stand in for the codec of the SDK on %s', async (_name, create) => {
  const peer = await counter('count', create());
  expect(await peer.client.callTool({ name: 'count' })).toMatchObject({ content: [{ text: '2 since 7' }] });
});

test('what a bare server minted does not enter a handler of a protected one, nor the other way round', async () => {
  const seen: object[] = [];
  const open = await counter('publish', bare(), seen);
  const minted = await open.post('tools/call', { name: 'publish', arguments: {} });
  const peer = await createModernClient(() => createPublishServer(requestState));
  closing.push(() => peer.close());
  const call = { name: 'publish', arguments: { pkg: 'left-pad' } };
  const refused = await peer.post('tools/call', { ...call, requestState: minted.result?.['requestState'] });
  expect(refused.error).toMatchObject({ code: -32602, data: { reason: 'invalid_request_state' } });
  const asked = await peer.post('tools/call', call);
  await open.post('tools/call', {
    name: 'publish',
    arguments: {},
    requestState: asked.result?.['requestState'],
  });
  expect(Reflect.ownKeys(seen.at(-1) ?? {})).toEqual([]);
});
