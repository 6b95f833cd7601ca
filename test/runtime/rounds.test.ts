import { createRequestStateCodec, type McpServer } from '@modelcontextprotocol/server';
import { afterEach, expect, test } from 'vitest';

import { createRequestState, type RequestStateOptions } from '../../runtime/index.ts';
import {
  accept,
  cancel,
  createLegacyClient,
  createModernClient,
  decline,
  type Script,
  type ScriptedClient,
} from '../harness/scripted-client.ts';
import { createPublishServer } from './publish-server.ts';

const KEY = 'a key for tests, of at least 32 bytes';
const PUBLISH = { name: 'publish', arguments: { pkg: 'left-pad' } };
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function eras(answers: Script, options: RequestStateOptions = {}) {
  const run = async <P extends ScriptedClient>(
    create: (factory: () => McpServer, options: { answers: Script }) => Promise<P>,
  ) => {
    const effects: string[] = [];
    // A codec of its own per server: rounds share the key and nothing else.
    const peer = await create(
      () => createPublishServer(createRequestState({ key: KEY, ...options }), effects),
      { answers },
    );
    closing.push(() => peer.close());
    return { ...peer, effects };
  };
  return { modern: await run(createModernClient), legacy: await run(createLegacyClient) };
}

const scripts: [string, Script, string, string[]][] = [
  [
    'accept, accept',
    { elicit: [accept({ version: '2.0.0' }), accept({ sure: true })] },
    'published left-pad@2.0.0',
    ['load left-pad', 'publish left-pad@2.0.0'],
  ],
  ['decline', { elicit: [decline()] }, 'decline at 0', ['load left-pad']],
  ['cancel', { elicit: [cancel()] }, 'cancel at 0', ['load left-pad']],
  ['accept without content', { elicit: [accept(), decline()] }, 'not published', ['load left-pad']],
];

test.each(scripts)('%s: the same in both eras, effects once', async (_name, answers, expected, effects) => {
  for (const peer of Object.values(await eras(answers))) {
    const result = await peer.client.callTool(PUBLISH);
    expect(result).toMatchObject({ content: [{ text: expected }] });
    expect(result.isError).toBeFalsy();
    expect(peer.effects).toEqual(effects);
  }
});

test('accepted content that does not match the schema fails as elicitInput did', async () => {
  for (const peer of Object.values(await eras({ elicit: [accept({ version: 7 })] }))) {
    const result = await peer.client.callTool(PUBLISH);
    expect(result.isError).toBe(true);
    expect(result.content).toMatchObject([
      { text: 'Elicitation response content does not match requested schema: data/version must be string' },
    ]);
  }
});

test('onInvalid: reask asks the same question again', async () => {
  const answers = {
    elicit: [accept({ version: 'x' }), accept({ version: '2.0.0' }), accept({ sure: true })],
  };
  const { modern } = await eras(answers, { onInvalid: 'reask' });
  expect(await modern.client.callTool(PUBLISH)).toMatchObject({
    content: [{ text: 'published left-pad@2.0.0' }],
  });
  expect(modern.asked.map(({ params }) => params['message'])).toEqual([
    'Which version of left-pad?',
    'Which version of left-pad?',
    'Publish 2.0.0?',
  ]);
  expect(modern.effects).toEqual(['load left-pad', 'publish left-pad@2.0.0']);
});

test('onInvalid: reask holds for the guard form too', async () => {
  const answers = { elicit: [accept({ version: 7 }), accept({ version: 'Ada' })] };
  const { modern } = await eras(answers, { onInvalid: 'reask' });
  expect(await modern.client.callTool({ name: 'guarded' })).toMatchObject({
    content: [{ text: 'hello Ada' }],
  });
  expect(modern.asked).toHaveLength(2);
});

test('guard: nothing is sealed', async () => {
  const { modern, legacy } = await eras({ elicit: [accept({ version: 'Ada' })] });
  for (const peer of [modern, legacy])
    expect(await peer.client.callTool({ name: 'guarded' })).toMatchObject({
      content: [{ text: 'hello Ada' }],
    });
  expect(JSON.stringify(modern.exchanges)).not.toContain('requestState');
});

test('guard: an answer sent without a first round is used, a malformed one is asked again', async () => {
  const { modern } = await eras({});
  const call = { name: 'guarded', arguments: {} };
  const early = await modern.post('tools/call', {
    ...call,
    inputResponses: { other: 1, name: accept({ version: 'Ada' }) },
  });
  expect(early.result).toMatchObject({ content: [{ text: 'hello Ada' }] });
  const malformed = await modern.post('tools/call', {
    ...call,
    inputResponses: { name: { action: 'perhaps' } },
  });
  expect(malformed.result).toMatchObject({ resultType: 'input_required' });
});

test('several questions in one round; sampling and roots', async () => {
  const sampled = { role: 'assistant', model: 'm', content: { type: 'text', text: 't' } };
  const answers = { sample: [sampled], roots: [{ roots: [{ uri: 'file:///a' }] }] };
  for (const peer of Object.values(await eras(answers))) {
    expect(await peer.client.callTool({ name: 'gather' })).toMatchObject({ content: [{ text: 'm 1' }] });
    expect(peer.effects).toEqual(['gather']);
  }
});

test('prompts and resources suspend too', async () => {
  for (const peer of Object.values(await eras({ elicit: [accept({ version: 'MCP' }), decline()] }))) {
    const prompt = await peer.client.getPrompt({ name: 'brief' });
    expect(prompt.messages[0]?.content).toMatchObject({ text: 'dry MCP' });
    const resource = await peer.client.readResource({ uri: 'note://1' });
    expect(resource.contents[0]).toMatchObject({ text: 'note://1 decline' });
  }
});

test("the SDK's codec can seal", async () => {
  const codec = createRequestStateCodec<string>({ key: KEY });
  const { modern } = await eras(
    { elicit: [accept({ version: '2.0.0' }), accept({ sure: true })] },
    { codec },
  );
  expect(await modern.client.callTool(PUBLISH)).toMatchObject({
    content: [{ text: 'published left-pad@2.0.0' }],
  });
  const first = modern.exchanges.find(({ response }) => response.result?.['requestState'] !== undefined);
  const [, body = ''] = String(first?.response.result?.['requestState']).split('.');
  expect(Buffer.from(body, 'base64url').toString()).toContain('awaiting-choice');
});
