import { afterEach, expect, test, vi } from 'vitest';

import { createRequestState, type RequestState, type RequestStateOptions } from '../../runtime/index.ts';
import { digestJson } from '../../runtime/digest.ts';
import { createSealer } from '../../runtime/seal.ts';
import { accept, createModernClient } from '../harness/scripted-client.ts';
import { createPublishServer } from './publish-server.ts';

const OLD = 'the old key for tests, of at least 32 bytes';
const NEW = 'the new key for tests, of at least 32 bytes';
const CALL = { name: 'publish', arguments: { pkg: 'left-pad' } };
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  for (const close of closing.splice(0)) await close();
});

async function peerOf(requestState: RequestState) {
  const peer = await createModernClient(() => createPublishServer(requestState));
  closing.push(() => peer.close());
  return peer;
}

async function suspendWith(options: RequestStateOptions): Promise<string> {
  const peer = await peerOf(createRequestState(options));
  return String((await peer.post('tools/call', CALL)).result?.['requestState']);
}

async function isOpenedBy(options: RequestStateOptions, requestState: string): Promise<boolean> {
  const peer = await peerOf(createRequestState(options));
  const inputResponses = { choice: accept({ version: '2.0.0' }) };
  return (await peer.post('tools/call', { ...CALL, inputResponses, requestState })).error === undefined;
}

test('no step of a rotation refuses a state of the step before or after', async () => {
  const steps: RequestStateOptions[] = [
    { key: OLD },
    { keys: [OLD, NEW] },
    { keys: [NEW, OLD] },
    { keys: [NEW] },
  ];
  const states = await Promise.all(steps.map(suspendWith));
  const opened = await Promise.all(
    steps.map((step) => Promise.all(states.map((state) => isOpenedBy(step, state)))),
  );
  expect(opened).toEqual([
    [true, true, false, false],
    [true, true, true, true],
    [true, true, true, true],
    [false, false, true, true],
  ]);
});

test('keys come from MRTR_STATE_KEYS, else from MRTR_STATE_KEY', async () => {
  vi.stubEnv('MRTR_STATE_KEY', OLD);
  const single = await suspendWith({});
  expect(await isOpenedBy({ key: OLD }, single)).toBe(true);
  const [first, second] = ['K'.repeat(43), 'L'.repeat(43)];
  vi.stubEnv('MRTR_STATE_KEYS', ` ${first},\n${second} `);
  const ring = await suspendWith({});
  expect(await isOpenedBy({ key: first }, ring)).toBe(true);
  expect(await isOpenedBy({}, await suspendWith({ key: second }))).toBe(true);
  expect(await isOpenedBy({}, single)).toBe(false);
});

test('without a key a server opens its own states only, and warns once', async () => {
  vi.stubEnv('MRTR_STATE_KEY', '');
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const own = await peerOf(createRequestState());
  const first = await own.post('tools/call', CALL);
  const again = await own.post('tools/call', { ...CALL, requestState: first.result?.['requestState'] });
  expect(again.result).toMatchObject({ resultType: 'input_required' });
  expect(warn).toHaveBeenCalledTimes(1);
  expect(await isOpenedBy({}, String(first.result?.['requestState']))).toBe(false);
});

test.each([
  [{ key: 'short' }, 'the state key has 5 bytes; at least 32 are needed'],
  [{ keys: [] }, 'the key ring is empty'],
  [{ keys: [OLD, NEW, OLD] }, 'the key ring has the same key twice'],
])('keys that cannot be used fail at start-up: %j', (options, message) => {
  expect(() => createRequestState(options)).toThrow(message);
});

test('a key id says nothing of the key, and the same text is never sealed to the same bytes', async () => {
  const sealer = createSealer(NEW);
  const [a, b] = [await sealer.seal('text', ''), await sealer.seal('text', '')];
  expect(a).not.toBe(b);
  expect(a.split('.')[1]).toBe(b.split('.')[1]);
  expect(Buffer.from(NEW).toString('base64url')).not.toContain(a.split('.')[1]);
});

test('compression: smaller, and opened whether or not the opener compresses', async () => {
  const text = 'the same words again and again, '.repeat(100);
  const compressing = createSealer(NEW, { compressAbove: 512 });
  const plain = createSealer(NEW);
  const [small, large] = [await compressing.seal(text, 'a'), await plain.seal(text, 'a')];
  expect(small.split('.')[2]).toBe('1');
  expect(small.length).toBeLessThan(large.length / 10);
  expect(await plain.open(small, 'a')).toBe(text);
  expect(await compressing.open(large, 'a')).toBe(text);
  const noise = [...crypto.getRandomValues(new Uint8Array(600))]
    .map((byte) => String.fromCharCode(byte))
    .join('');
  expect(await compressing.open(await compressing.seal(noise, ''), '')).toBe(noise);
  await expect(plain.open(small.replace('.1.', '.0.'), 'a')).rejects.toThrow('sealed-otherwise');
});

test('hosts with and without the built-in modules open and refuse the same', async () => {
  vi.stubGlobal('process', { ...process, getBuiltinModule: undefined });
  vi.resetModules();
  const { createSealer: createWebSealer } = await import('../../runtime/seal.ts');
  const { digestJson: digestOnWeb } = await import('../../runtime/digest.ts');
  vi.unstubAllGlobals();
  const [web, node] = [createWebSealer(NEW, { compressAbove: 10 }), createSealer(NEW)];
  const text = 'häufig '.repeat(20);
  const [byWeb, byNode] = [await web.seal(text, 'a'), await node.seal(text, 'a')];
  expect([await node.open(byWeb, 'a'), await web.open(byNode, 'a')]).toEqual([text, text]);
  const flip = (sealed: string): string => {
    const at = sealed.length - 10;
    return sealed.slice(0, at) + (sealed[at] === 'A' ? 'B' : 'A') + sealed.slice(at + 1);
  };
  for (const refused of [flip(byWeb), flip(byNode), byNode.slice(0, 14 + 32), byNode.slice(0, 14 + 12)]) {
    await expect(web.open(refused, 'a')).rejects.toThrow('sealed-otherwise');
    await expect(node.open(refused, 'a')).rejects.toThrow('sealed-otherwise');
  }
  await expect(web.open(byNode, 'b')).rejects.toThrow('sealed-otherwise');
  expect(await digestOnWeb({ b: 1, a: 'ä' })).toBe(await digestJson({ a: 'ä', b: 1, c: undefined }));
});
