import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { accept, createModernClient, decline, type JsonRpcAnswer } from '../harness/scripted-client.ts';
import { loadServer } from './load-server.ts';

/** Behaviours that the SDKs of other languages check, at handlers that `mrtr migrate` has written or compiled. */
const REFUSED = {
  code: -32602,
  message: 'Invalid or expired requestState',
  data: { reason: 'invalid_request_state' },
};

describe.each(['readable', 'compiled'] as const)('%s', async (form) => {
  const { createServer, effects } = await loadServer(form);
  const closing: (() => Promise<void>)[] = [];
  beforeEach(() => void (effects.length = 0));
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  const connect = async (
    ...options: Parameters<typeof createModernClient> extends [unknown, ...infer Rest] ? Rest : never
  ) => {
    const peer = await createModernClient(createServer, ...options);
    closing.push(() => peer.close());
    return peer;
  };
  const answered = (first: JsonRpcAnswer, answer: unknown): Record<string, unknown> => {
    const [key = ''] = Object.keys(first.result?.['inputRequests'] ?? {});
    return { inputResponses: { [key]: answer }, requestState: first.result?.['requestState'] };
  };

  test('a handler that throws in a later round fails the call once and leaves the server usable', async () => {
    const peer = await connect({ answers: { elicit: [accept({})] } });
    const result = await peer.client.callTool({ name: 'fail', arguments: {} });
    expect(result).toMatchObject({ isError: true, content: [{ text: 'the registry is down' }] });
    expect(effects).toEqual(['before', 'after accept']);
    expect((await peer.post('tools/call', { name: 'fail', arguments: {} })).result).toMatchObject({
      resultType: 'input_required',
    });
  });

  test('asking is no error: the hook for errors of the server stays silent', async () => {
    const errors: unknown[] = [];
    const peer = await createModernClient(
      () => {
        const server = createServer();
        // oxlint-disable-next-line prefer-add-event-listener -- a hook of the SDK, not of an event target
        server.server.onerror = (error) => errors.push(error);
        return server;
      },
      { answers: { elicit: [accept({ version: '2.0.0' }), decline()] } },
    );
    closing.push(() => peer.close());
    await peer.client.callTool({ name: 'publish', arguments: { pkg: 'a' } });
    expect(errors).toEqual([]);
  });

  test('no request of the server reaches a client of 2026-07-28', async () => {
    const peer = await connect({
      answers: { elicit: [accept({ version: '2.0.0' }), accept({ sure: true })] },
    });
    await peer.client.callTool({ name: 'publish', arguments: { pkg: 'a' } });
    const calls = peer.exchanges.filter(({ method }) => method === 'tools/call');
    expect(calls).toHaveLength(3);
    for (const { response } of calls) expect(response).not.toHaveProperty('method');
    expect(calls.map(({ response }) => response.result?.['resultType'] ?? 'complete')).toEqual([
      'input_required',
      'input_required',
      'complete',
    ]);
  });

  test('what the client throws while it answers reaches its caller; the handler is not entered again', async () => {
    const refuse = (): never => {
      throw new Error('nobody is there');
    };
    const peer = await connect({ answers: { elicit: [refuse] } });
    const call = peer.client.callTool({ name: 'publish', arguments: { pkg: 'a' } });
    await expect(call).rejects.toThrow('nobody is there');
    expect(effects).toEqual(['load a']);
  });

  test('a flow of more rounds than the client allows ends with its error; what was done stays done once', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `n${index}`);
    const peer = await connect({ answers: { elicit: names.map(() => accept({})) }, maxRounds: 10 });
    const call = peer.client.callTool({ name: 'each', arguments: { names } });
    await expect(call).rejects.toThrow(/round/i);
    expect(effects).toEqual(names.slice(0, 10));
  });

  test('a request that is cancelled in a later round aborts the signal that the handler sees', async () => {
    const peer = await connect({ answers: { elicit: [accept({})] } });
    const cancelled = new AbortController();
    const call = peer.client.callTool({ name: 'wait', arguments: {} }, { signal: cancelled.signal });
    const failed = expect(call).rejects.toThrow();
    await expect.poll(() => effects).toContain('waiting');
    cancelled.abort('no longer wanted');
    await failed;
    await expect.poll(() => effects).toEqual(['before', 'after accept', 'waiting', 'aborted']);
  });

  test('flows that run at the same time on the same server do not mix', async () => {
    const packages = Array.from({ length: 12 }, (_, index) => `p${index}`);
    const peer = await connect();
    const call = (pkg: string, more: object = {}) =>
      peer.post('tools/call', { name: 'publish', arguments: { pkg }, ...more });
    const first = await Promise.all(packages.map((pkg) => call(pkg)));
    const second = await Promise.all(
      packages.map((pkg, index) =>
        call(pkg, answered(first[index] ?? {}, accept({ version: `${index}.0.0` }))),
      ),
    );
    const last = await Promise.all(
      packages.map((pkg, index) => call(pkg, answered(second[index] ?? {}, accept({ sure: true })))),
    );
    expect(last.map(({ result }) => result?.['content'])).toEqual(
      packages.map((pkg, index) => [{ type: 'text', text: `published ${pkg} ${index}.0.0` }]),
    );
  });

  test('every round, and every time a question is repeated, has a state of its own', async () => {
    const peer = await connect();
    const call = { name: 'publish', arguments: { pkg: 'a' } };
    const first = await peer.post('tools/call', call);
    const repeated = await peer.post('tools/call', { ...call, requestState: first.result?.['requestState'] });
    const second = await peer.post('tools/call', {
      ...call,
      ...answered(first, accept({ version: '1.0.0' })),
    });
    const states = [first, repeated, second].map(({ result }) => result?.['requestState']);
    expect(new Set(states).size).toBe(3);
    for (const state of states) expect(state).toMatch(/^v1\./);
  });

  test('a declined question is not asked again', async () => {
    const peer = await connect({ answers: { elicit: [decline()] } });
    const { content } = await peer.client.callTool({ name: 'publish', arguments: { pkg: 'a' } });
    expect(content).toEqual([{ type: 'text', text: 'decline after load a' }]);
    expect(peer.asked).toHaveLength(1);
  });

  test('every kind of form field arrives as it was answered', async () => {
    const content = { name: 'Ada', age: 36, ratio: 0.5, member: true, plan: 'paid', topics: ['a', 'c'] };
    const peer = await connect({ answers: { elicit: [accept(content)] } });
    const result = await peer.client.callTool({ name: 'survey', arguments: {} });
    expect(result.content).toEqual([{ type: 'text', text: JSON.stringify(content) }]);
  });

  test.each([
    ['an elicitation', accept({ sure: true })],
    ['roots', { roots: [] }],
    ['nothing but a role', { role: 'assistant' }],
  ])('%s is no answer to a sampling: the question is asked again', async (_kind, answer) => {
    const peer = await connect();
    const call = { name: 'summary', arguments: {} };
    const first = await peer.post('tools/call', call);
    const again = await peer.post('tools/call', { ...call, ...answered(first, answer) });
    expect(again.result).toMatchObject({ resultType: 'input_required' });
    expect(again.result?.['inputRequests']).toEqual(first.result?.['inputRequests']);
    expect(effects).toEqual(['topic']);
  });

  test('no roots are an answer, too', async () => {
    const peer = await connect({ answers: { roots: [{ roots: [] }] } });
    const { content } = await peer.client.callTool({ name: 'workspaces', arguments: {} });
    expect(content).toEqual([{ type: 'text', text: 'roots 0' }]);
  });

  test('text with lone surrogates travels in arguments and state', async () => {
    const peer = await connect();
    const call = { name: 'note', arguments: { note: 'half \ud83d of a pair' } };
    const first = await peer.post('tools/call', call);
    const last = await peer.post('tools/call', { ...call, ...answered(first, accept({})) });
    const expected = `accept ${JSON.stringify('half \ud83d of a pair!')}`;
    expect(last.result).toMatchObject({ content: [{ text: expected }] });
  });

  test('a state that is no text is refused', async () => {
    const peer = await connect();
    const call = { name: 'publish', arguments: { pkg: 'a' } };
    for (const requestState of [1, {}, ['v1'], true]) {
      const answer = await peer.post('tools/call', { ...call, requestState });
      expect(answer.error?.code).toBe(-32602);
    }
    expect(effects).toEqual([]);
  });

  test('the state of one flow is refused by the other', async () => {
    const peer = await connect();
    const first = await peer.post('tools/call', { name: 'summary', arguments: {} });
    const other = await peer.post('tools/call', {
      name: 'workspaces',
      arguments: {},
      ...answered(first, {}),
    });
    expect(other.error).toEqual(REFUSED);
    expect(effects).toEqual(['topic']);
  });

  test('a handler written by hand keeps working beside them', async () => {
    const peer = await connect({ answers: { elicit: [accept({ sure: true })] } });
    const { content } = await peer.client.callTool({ name: 'by_hand', arguments: {} });
    expect(content).toEqual([{ type: 'text', text: 'by hand: true' }]);
  });
});
