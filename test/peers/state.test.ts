import { createRequestStateCodec } from '@modelcontextprotocol/server';
import { afterEach, expect, test } from 'vitest';

import { createRequestState, type RequestStateOptions } from '../../runtime/index.ts';
import { accept, createModernClient } from '../harness/scripted-client.ts';
import { createPublishServer } from '../runtime/publish-server.ts';

const KEY = 'a key for tests, of at least 32 bytes';
const CALL = { name: 'publish', arguments: { pkg: 'left-pad' } };
const CHOICE = { choice: accept({ version: '2.0.0' }) };
const REFUSED = {
  code: -32602,
  message: 'Invalid or expired requestState',
  data: { reason: 'invalid_request_state' },
};
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function connect(options: RequestStateOptions) {
  const effects: string[] = [];
  const requestState = createRequestState({ key: KEY, ...options });
  const peer = await createModernClient(() => createPublishServer(requestState, effects));
  closing.push(() => peer.close());
  return { peer, effects };
}

test('a function for the principal that throws: nothing is sealed, and nothing of it is said', async () => {
  const principal = (): never => {
    throw new Error('the directory at 10.0.0.7 is down');
  };
  const { peer } = await connect({ principal });
  const answer = await peer.post('tools/call', CALL);
  expect(answer.result?.['requestState']).toBeUndefined();
  expect(JSON.stringify(answer)).not.toContain('10.0.0.7');
});

test('a function for the principal that throws on the way back: refused like any other state', async () => {
  let isDown = false;
  const principal = (): string => {
    if (isDown) throw new Error('the directory at 10.0.0.7 is down');
    return 'ada';
  };
  const { peer, effects } = await connect({ principal });
  const first = await peer.post('tools/call', CALL);
  effects.length = 0;
  isDown = true;
  const requestState = first.result?.['requestState'];
  const answer = await peer.post('tools/call', { ...CALL, inputResponses: CHOICE, requestState });
  expect(answer.error).toBeDefined();
  expect(JSON.stringify(answer)).not.toContain('10.0.0.7');
  expect(effects).toEqual([]);
});

test('a codec that throws what it likes: the same refusal, without its words', async () => {
  const own = createRequestStateCodec<string>({ key: KEY });
  const codec = {
    mint: own.mint.bind(own),
    verify: (): never => {
      throw new TypeError('secret of the codec');
    },
  };
  const { peer, effects } = await connect({ codec });
  const first = await peer.post('tools/call', CALL);
  effects.length = 0;
  const requestState = first.result?.['requestState'];
  const answer = await peer.post('tools/call', { ...CALL, inputResponses: CHOICE, requestState });
  expect(answer.error).toEqual(REFUSED);
  expect(effects).toEqual([]);
});

test('a state of a future format is refused', async () => {
  const { peer } = await connect({});
  const first = await peer.post('tools/call', CALL);
  const requestState = String(first.result?.['requestState']).replace(/^v1/, 'v2');
  expect((await peer.post('tools/call', { ...CALL, requestState })).error).toEqual(REFUSED);
});

test('the key id of one key on the body of another is refused', async () => {
  const other = 'another key for tests, of 32 bytes or more';
  const { peer } = await connect({ key: KEY });
  const ring = await connect({ keys: [other, KEY] });
  const [version, , flags, body] = String(
    (await peer.post('tools/call', CALL)).result?.['requestState'],
  ).split('.');
  const [, keyId] = String((await ring.peer.post('tools/call', CALL)).result?.['requestState']).split('.');
  const requestState = [version, keyId, flags, body].join('.');
  expect((await ring.peer.post('tools/call', { ...CALL, requestState })).error).toEqual(REFUSED);
});
