import { createRequestStateCodec, McpServer, type AuthInfo } from '@modelcontextprotocol/server';
import { afterEach, expect, test } from 'vitest';

import { createRequestState, type RequestStateOptions } from '../../runtime/index.ts';
import {
  accept,
  createModernClient,
  type JsonRpcAnswer,
  type ModernClient,
} from '../harness/scripted-client.ts';
import { createPublishServer, text } from './publish-server.ts';

const KEY = 'a key for tests, of at least 32 bytes';
const CALL = { name: 'publish', arguments: { pkg: 'left-pad' } };
const ANSWERED = { ...CALL, inputResponses: { choice: accept({ version: '2.0.0' }) } };
const REFUSED = {
  code: -32602,
  message: 'Invalid or expired requestState',
  data: { reason: 'invalid_request_state' },
};
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function suspended(options: RequestStateOptions = {}, authInfo?: AuthInfo) {
  const effects: string[] = [];
  const requestState = createRequestState({ key: KEY, ...options });
  const peer = await createModernClient(() => createPublishServer(requestState, effects));
  closing.push(() => peer.close());
  const first = await peer.post('tools/call', CALL, authInfo === undefined ? {} : { authInfo });
  effects.length = 0;
  return { peer, effects, state: stateOf(first) };
}

function stateOf(answer: JsonRpcAnswer): string {
  const state = answer.result?.['requestState'];
  if (typeof state !== 'string') throw new Error(`no state in ${JSON.stringify(answer)}`);
  return state;
}

async function refused(
  peer: ModernClient,
  params: Record<string, unknown>,
  method = 'tools/call',
  authInfo?: AuthInfo,
): Promise<void> {
  const answer = await peer.post(method, params, authInfo === undefined ? {} : { authInfo });
  expect(answer.error).toEqual(REFUSED);
}

test('the state itself is accepted, and says nothing to its reader', async () => {
  const { peer, state } = await suspended();
  expect(state).toMatch(/^v1\.[\w-]{8}\.0\.[\w-]+$/);
  expect((await peer.post('tools/call', { ...ANSWERED, requestState: state })).result).toMatchObject({
    resultType: 'input_required',
  });
});

test('every bit flip of the characters of a state is refused', async () => {
  const { peer, effects, state } = await suspended();
  for (let at = 0; at < state.length; at++) {
    for (let bit = 0; bit < 7; bit++) {
      const flipped = String.fromCharCode(state.charCodeAt(at) ^ (1 << bit));
      await refused(peer, { ...ANSWERED, requestState: state.slice(0, at) + flipped + state.slice(at + 1) });
    }
  }
  expect(effects).toEqual([]);
});

test('truncated, extended and foreign states are refused', async () => {
  const { peer, effects, state } = await suspended();
  const foreign = await suspended({ key: 'another key for tests, of 32 bytes or more' });
  const others = [
    'x',
    'v1...',
    `${state}A`,
    `${state}.`,
    `${state}-TAMPERED`,
    ` ${state}`,
    state.slice(0, -1),
    state.slice(0, 20),
    foreign.state,
  ];
  for (const requestState of others) await refused(peer, { ...ANSWERED, requestState });
  expect(effects).toEqual([]);
});

test.each([
  ['our codec', {}],
  ["the SDK's codec", { codec: createRequestStateCodec<string>({ key: KEY }) }],
])('%s: other tool, arguments, method and principal are refused', async (_name, options) => {
  const ada: AuthInfo = { token: 'a', clientId: 'app', scopes: [], extra: { sub: 'ada' } };
  const { peer, effects, state: requestState } = await suspended(options, ada);
  await refused(peer, { ...ANSWERED, name: 'publish-twin', requestState }, 'tools/call', ada);
  await refused(peer, { ...ANSWERED, arguments: { pkg: 'other' }, requestState }, 'tools/call', ada);
  await refused(peer, { name: 'brief', requestState }, 'prompts/get', ada);
  await refused(peer, { ...ANSWERED, requestState }, 'tools/call', { ...ada, extra: { sub: 'bob' } });
  await refused(peer, { ...ANSWERED, requestState });
  expect(effects).toEqual([]);
  const own = await peer.post('tools/call', { ...ANSWERED, requestState }, { authInfo: ada });
  expect(own.result).toMatchObject({ resultType: 'input_required' });
});

test('a state ends with its time to live', async () => {
  let now = 1_000_000_000_000;
  const { peer, state: requestState } = await suspended({ now: () => now, ttlSeconds: 60 });
  now += 59_000;
  expect((await peer.post('tools/call', { ...ANSWERED, requestState })).error).toBeUndefined();
  now += 1_000;
  await refused(peer, { ...ANSWERED, requestState });
});

test.each([{}, { choice: { action: 'perhaps' } }, { choice: [] }, { other: accept() }])(
  'answers %j are asked for again, five times',
  async (inputResponses) => {
    const { peer, effects, state } = await suspended();
    let requestState = state;
    for (let time = 0; time < 5; time++) {
      const again = await peer.post('tools/call', { ...CALL, inputResponses, requestState });
      expect(again.result?.['inputRequests']).toMatchObject({
        choice: { params: { message: 'Which version of left-pad?' } },
      });
      requestState = stateOf(again);
    }
    await refused(peer, { ...CALL, inputResponses, requestState });
    expect(effects).toEqual([]);
  },
);

test('an answer that was given is kept while the other is asked again', async () => {
  const { peer } = await suspended();
  const call = { name: 'gather', arguments: {} };
  const first = await peer.post('tools/call', call);
  const roots = { roots: [{ uri: 'file:///a' }] };
  const again = await peer.post('tools/call', {
    ...call,
    inputResponses: { roots },
    requestState: stateOf(first),
  });
  expect(Object.keys(again.result?.['inputRequests'] ?? {})).toEqual(['summary']);
  const summary = { role: 'assistant', model: 'm', content: { type: 'text', text: 't' } };
  const last = await peer.post('tools/call', {
    ...call,
    inputResponses: { summary },
    requestState: stateOf(again),
  });
  expect(last.result).toMatchObject({ content: [{ text: 'm 1' }] });
});

test('a server that was not protected cannot suspend with a state', async () => {
  const requestState = createRequestState({ key: KEY });
  const peer = await createModernClient(() => {
    const server = new McpServer({ name: 'bare', version: '1' }, { requestState });
    server.registerTool('ask', {}, async (ctx) => {
      await requestState.ask(ctx, {}, { step: 'never' });
      return text('sealed');
    });
    return server;
  });
  closing.push(() => peer.close());
  const answer = await peer.post('tools/call', { name: 'ask', arguments: {} });
  expect(answer.result).toMatchObject({
    isError: true,
    content: [{ text: expect.stringContaining('requestState.protect(') }],
  });
});

test('a capability that is not declared, and that the handler cannot do without, is -32021', async () => {
  const { peer } = await suspended();
  const answer = await peer.post('tools/call', CALL, { capabilities: { sampling: {} } });
  expect(answer.error).toMatchObject({
    code: -32021,
    message: 'Client does not support form elicitation.',
    data: { requiredCapabilities: { elicitation: { form: {} } } },
  });
});
