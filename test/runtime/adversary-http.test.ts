import { deflateRawSync } from 'node:zlib';

import { afterEach, expect, test } from 'vitest';

import { effects as fixtureEffects } from '../../fixtures/handlers/support.ts';
import { toBase64Url } from '../../runtime/base64url.ts';
import { digestJson } from '../../runtime/digest.ts';
import { createRequestState, memoryClaims, type RequestStateOptions } from '../../runtime/index.ts';
import { createKeyRing } from '../../runtime/key-ring.ts';
import { createSealer } from '../../runtime/seal.ts';
import { MUTATORS, seededRandom } from '../fuzz/mutate-state.ts';
import { CompiledFixtures } from '../harness/compile-fixture.ts';
import { accept } from '../harness/scripted-client.ts';
import { startHttpServer, type HttpAnswer } from './http-server.ts';
import { createPublishServer } from './publish-server.ts';

const KEY = 'a key for tests, of at least 32 bytes';
const RETIRED = 'a key that is not used any more, 32 bytes';
const CALL = { name: 'publish', arguments: { pkg: 'left-pad' } };
const CHOICE = { choice: accept({ version: '2.0.0' }) };
const SURE = { confirm: accept({ sure: true }) };
/** What is sealed for a call without authentication: see runtime/state-codec.ts. */
const NOBODY = JSON.stringify(['tools/call', '']);
const REFUSED = {
  code: -32602,
  message: 'Invalid or expired requestState',
  data: { reason: 'invalid_request_state' },
};
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A server of its own, and what an attacker has: a state of its first round. */
async function target(options: RequestStateOptions = {}, user?: string) {
  const effects: string[] = [];
  const requestState = createRequestState({ key: KEY, compressAbove: 64, ...options });
  const server = await startHttpServer(() => createPublishServer(requestState, effects));
  closing.push(() => server.close());
  const as = user === undefined ? {} : { user };
  const post = (params: object, from: object = as, method = 'tools/call') =>
    server.post(method, { ...CALL, ...params }, from);
  const state = stateOf(await post({}));
  effects.length = 0;
  return { post, state, effects };
}

type Target = Awaited<ReturnType<typeof target>>;

function stateOf({ result }: HttpAnswer): string {
  return String(result?.['requestState']);
}

/** Refused with nothing but the frozen error, nothing ran, and the server goes on for those who hold a state. */
async function allRefused({ post, state, effects }: Target, answers: readonly HttpAnswer[]): Promise<void> {
  for (const { error, text } of answers) {
    expect(error).toEqual(REFUSED);
    expect(text.length).toBeLessThan(250);
  }
  expect(effects).toEqual([]);
  expect((await post({ inputResponses: CHOICE, requestState: state })).result).toBeDefined();
}

test('every single-bit flip and every truncation', async () => {
  const victim = await target();
  const { post, state } = victim;
  const [version, keyId, flags, body = ''] = state.split('.');
  const bytes = Buffer.from(body, 'base64url');
  const send = (requestState: string) => post({ inputResponses: CHOICE, requestState });
  const attacks = Array.from({ length: bytes.length * 8 }, (_, bit) => {
    const flipped = Uint8Array.from(bytes);
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    return [version, keyId, flags, toBase64Url(flipped)].join('.');
  });
  for (let length = 1; length < state.length; length++) attacks.push(state.slice(0, length));
  while (attacks.length > 0) await allRefused(victim, await Promise.all(attacks.splice(0, 200).map(send)));
});

test.each(Object.keys(MUTATORS))('%s', async (name) => {
  const victim = await target();
  const { post, state } = victim;
  const other = stateOf(await post({ arguments: { pkg: 'other' } }));
  victim.effects.length = 0;
  const below = seededRandom(name.length);
  const mutants = Array.from({ length: 40 }, () => MUTATORS[name]?.(state, { below, other }) ?? state);
  const changed = mutants.filter((mutant) => mutant !== state && mutant !== '');
  expect(changed.length).toBeGreaterThan(5);
  await allRefused(
    victim,
    await Promise.all(changed.map((requestState) => post({ inputResponses: CHOICE, requestState }))),
  );
});

test('other tool, arguments, method, user, and none', async () => {
  const victim = await target({}, 'ada');
  const { post, state: requestState } = victim;
  const answered = { inputResponses: CHOICE, requestState };
  await allRefused(victim, [
    await post({ ...answered, name: 'publish-twin' }),
    await post({ ...answered, arguments: { pkg: 'other' } }),
    await post({ ...answered, arguments: { pkg: 'left-pad', extra: null } }),
    await post({ ...answered, name: 'brief', arguments: {} }, { user: 'ada' }, 'prompts/get'),
    await post({ ...answered, name: undefined, uri: 'note://1' }, { user: 'ada' }, 'resources/read'),
    await post(answered, { user: 'bob' }),
    await post(answered, {}),
  ]);
});

test('another key, a retired key, another service with the same key', async () => {
  const options = { audience: 'registry' };
  const victim = await target(options);
  const foreign = await target({ key: RETIRED, ...options });
  const sibling = await target({ audience: 'billing' });
  const states = [foreign.state, sibling.state];
  const send = (requestState: string) => victim.post({ inputResponses: CHOICE, requestState });
  await allRefused(victim, await Promise.all(states.map(send)));
});

test('expired', async () => {
  let now = Date.now();
  const { post, state, effects } = await target({ now: () => now, ttlSeconds: 60 });
  now += 60_000;
  expect((await post({ inputResponses: CHOICE, requestState: state })).error).toEqual(REFUSED);
  expect(effects).toEqual([]);
});

test('single use: an older round, a replayed round, and twenty at the same time', async () => {
  const { post, state, effects } = await target({ singleUse: { claims: memoryClaims() } });
  const second = stateOf(await post({ inputResponses: CHOICE, requestState: state }));
  expect((await post({ inputResponses: CHOICE, requestState: state })).error).toEqual(REFUSED);
  const last = { inputResponses: SURE, requestState: second };
  const answers = await Promise.all(Array.from({ length: 20 }, () => post(last)));
  expect(answers.filter(({ result }) => result !== undefined)).toHaveLength(1);
  expect(answers.filter(({ error }) => error?.code === -32602)).toHaveLength(19);
  expect((await post({ inputResponses: CHOICE, requestState: state })).error).toEqual(REFUSED);
  expect(effects).toEqual(['publish left-pad@2.0.0']);
});

test('states of many megabytes are refused before they are read', async () => {
  const victim = await target();
  const { post, state } = victim;
  const large = [`${state}${'A'.repeat(3_900_000)}`, 'v1.'.repeat(1_200_000), '.'.repeat(3_900_000)];
  await allRefused(victim, await Promise.all(large.map((requestState) => post({ requestState }))));
  const tooLarge = await post({ requestState: 'A'.repeat(10_000_000) });
  expect(tooLarge.result).toBeUndefined();
  expect(tooLarge.status).toBe(413);
});

test('a decompression bomb, sealed by somebody who has the key, is refused while it inflates', async () => {
  const victim = await target();
  const { id, aead } = await createKeyRing([KEY]).sealingKey();
  const header = `v1.${id}.1`;
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const associatedData = new TextEncoder().encode(`${header}\n${NOBODY}`);
  // 20 KB that become 20 MB.
  const bomb = Uint8Array.from(deflateRawSync(Buffer.alloc(20_000_000)));
  const body = Buffer.concat([iv, await aead.seal(iv, bomb, associatedData)]).toString('base64url');
  expect(body.length).toBeLessThan(32_000);
  const before = process.memoryUsage().arrayBuffers;
  await allRefused(victim, [await victim.post({ requestState: `${header}.${body}` })]);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10_000_000);
});

test('payloads that only somebody with the key can seal: __proto__, other shapes, no state at all', async () => {
  const victim = await target();
  const sealer = createSealer(KEY);
  const fields = (bound: string) => `[0,9999999999,"flow",1,${JSON.stringify(bound)},"publish"]`;
  const texts = [
    '',
    '{}',
    '[]\n',
    'null\nj1',
    '{"__proto__":{"bound":true},"stored":"x"}',
    '{"stored":"x","bound":true}',
    `${fields('digest')}\nj{"__proto__":{"admin":true}}`,
    `${fields('digest')}\n[{"__proto__":1},{"admin":2},true]`,
    `${fields('digest')}\n[["constructor",0]]`,
    `${fields('digest')}\n[["Error",0]]`,
    '[0,1e400,"f",1,"d","publish"]\nj1',
    '[1,9999999999,"f",1,"d","publish"]\nj1',
    '[7,9999999999,"f",1,"d","publish"]\nj1',
    '["__proto__",9999999999,"f",1,"d","publish"]\nj1',
    '[0,9999999999,"f",1,"d","publish",{"__proto__":1}]\nj1',
    '[0,9999999999,"f",1,"d","publish",{"k":null}]\nj1',
    '[0,9999999999,"f",1,"d","publish"]\nc',
  ];
  const sealed = await Promise.all(texts.map((text) => sealer.seal(text, NOBODY)));
  await allRefused(victim, await Promise.all(sealed.map((requestState) => victim.post({ requestState }))));
  expect({}).not.toHaveProperty('admin');
});

test('answers named __proto__ and constructor, of other rounds, and of no round', async () => {
  const { post, state, effects } = await target();
  const forged = JSON.parse(
    '{"__proto__":{"choice":{"action":"accept"}},"constructor":{"action":"accept"}}',
  ) as object;
  for (const inputResponses of [forged, SURE, { ...SURE, other: 1 }]) {
    const again = await post({ inputResponses, requestState: state });
    expect(again.result).toMatchObject({ resultType: 'input_required' });
    expect(Object.keys(again.result?.['inputRequests'] ?? {})).toEqual(['choice']);
  }
  const withProto = JSON.parse('{"version":"2.0.0","__proto__":{"sure":true}}') as Record<string, string>;
  const choice = { action: 'accept', content: withProto };
  const second = await post({ inputResponses: { choice, ...SURE }, requestState: state });
  expect(Object.keys(second.result?.['inputRequests'] ?? {})).toEqual(['confirm']);
  expect(effects).toEqual([]);
});

test('a capability that is withdrawn between rounds', async () => {
  const { post, state, effects } = await target();
  const without = { capabilities: { sampling: {} } };
  const again = await post({ inputResponses: {}, requestState: state }, without);
  expect(again.error).toMatchObject({ code: -32021 });
  const next = await post({ inputResponses: CHOICE, requestState: state }, without);
  expect(next.error).toMatchObject({ code: -32021 });
  expect(effects).toEqual([]);
});

test('a compiled handler: a state of another function, of no function, or of other code', async () => {
  const { createServer } = await new CompiledFixtures(['phases/args-object']).load('phases/args-object');
  const server = await startHttpServer(createServer);
  closing.push(() => server.close());
  const call = { name: 'open', arguments: { path: 'a.txt', line: 1 } };
  let runs = 0;
  fixtureEffects.current = { call: () => runs++ };
  const digest = await digestJson(call);
  const sealer = createSealer('a key for fixtures, thirty-two bytes or more');
  const continuations = [
    '["forged"]\nj[[0,0,1,[],1],"go"]',
    '[["forged",12]]\nj[[0,0,1,[],1],"go"]',
    '[["","process"]]\nj[[0,0,1,[],1],"go"]',
    '[]\nj["go"]',
    '[]\n[["Task",1],["constructor",0]]',
    '[]',
    'nonsense',
  ];
  for (const continuation of continuations) {
    const fields = [0, 9_999_999_999, 'flow', 1, digest, 'open'];
    const text = `${JSON.stringify(fields)}\nc${continuation}`;
    const requestState = await sealer.seal(text, NOBODY);
    const { error } = await server.post('tools/call', { ...call, requestState });
    expect(error, continuation).toMatchObject({ code: -32602 });
  }
  expect(runs).toBe(0);
});
