import { context, trace, type Tracer } from '@opentelemetry/api';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { afterEach, expect, test, vi } from 'vitest';

import { createRequestState, type RequestStateOptions, type RoundEvent } from '../../runtime/index.ts';
import { accept, createModernClient } from '../harness/scripted-client.ts';
import { createPublishServer } from './publish-server.ts';

const KEY = 'a key for tests, of at least 32 bytes';
const CALL = { name: 'publish', arguments: { pkg: 'left-pad' } };
const ANSWERS = { elicit: [accept({ version: '2.0.0' }), accept({ sure: true })] };
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const close of closing.splice(0)) await close();
});

async function peerOf(options: RequestStateOptions) {
  const requestState = createRequestState({ key: KEY, ...options });
  const peer = await createModernClient(() => createPublishServer(requestState), { answers: ANSWERS });
  closing.push(() => peer.close());
  return peer;
}

test('a flow is told from its first question to its last round, under one id', async () => {
  const events: RoundEvent[] = [];
  const { client } = await peerOf({ onEvent: (event) => events.push(event) });
  await client.callTool(CALL);
  const { flow } = events[0] ?? {};
  expect(flow).toMatch(/^[\w-]{22}$/);
  const of = { method: 'tools/call', name: 'publish', flow };
  const length = expect.any(Number) as number;
  expect(events).toEqual([
    { ...of, round: 1, type: 'suspended', keys: ['choice'], length, stored: false },
    { ...of, round: 1, type: 'resumed' },
    { ...of, round: 2, type: 'suspended', keys: ['confirm'], length, stored: false },
    { ...of, round: 2, type: 'resumed' },
  ]);
});

test('rejections have constant reasons, before and after the state is open, and say nothing of it', async () => {
  const events: RoundEvent[] = [];
  const peer = await peerOf({ onEvent: (event) => events.push(event) });
  const requestState = String((await peer.post('tools/call', CALL)).result?.['requestState']);
  await peer.post('tools/call', { ...CALL, requestState: `${requestState.slice(0, -8)}AAAAAAAA` });
  await peer.post('tools/call', { ...CALL, arguments: { pkg: 'other' }, requestState });
  await peer.post('tools/call', { ...CALL, requestState, inputResponses: {} });
  expect(events.slice(1)).toMatchObject([
    { type: 'rejected', reason: 'sealed-otherwise', method: 'tools/call' },
    { type: 'rejected', reason: 'other-arguments', name: 'publish', round: 1 },
    { type: 'asked-again', keys: ['choice'], reasks: 1 },
  ]);
  expect(JSON.stringify(events)).not.toContain('left-pad');
});

test('a hook that throws does not fail the request', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const onEvent = (): void => {
    throw new Error('the log is full');
  };
  const { client } = await peerOf({ onEvent });
  expect(await client.callTool(CALL)).toMatchObject({ content: [{ text: 'published left-pad@2.0.0' }] });
  expect(warn).toHaveBeenCalledTimes(4);
});

/** The real API and SDK; the types of the option are held by the compiler here. */
function recordingTracer(): { tracer: Tracer; spans: InMemorySpanExporter } {
  const spans = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] });
  return { tracer: provider.getTracer('test'), spans };
}

test('OpenTelemetry: a span for each round, with flow and outcome', async () => {
  const { tracer, spans } = recordingTracer();
  const { client } = await peerOf({ tracer });
  await client.callTool(CALL);
  const shown = spans.getFinishedSpans().map(({ name, attributes, status }) => ({
    name,
    tool: attributes['gen_ai.tool.name'],
    round: attributes['mrtr.round'],
    outcome: attributes['mrtr.outcome'],
    status: status.code,
  }));
  const of = { name: 'tools/call publish', tool: 'publish', status: 0 };
  expect(shown).toEqual([
    { ...of, round: 1, outcome: 'suspended' },
    { ...of, round: 2, outcome: 'suspended' },
    { ...of, round: 2, outcome: undefined },
  ]);
  const flows = spans.getFinishedSpans().map(({ attributes }) => attributes['mrtr.flow']);
  expect(new Set(flows).size).toBe(1);
  expect(trace.getSpan(context.active())).toBeUndefined();
});

test('OpenTelemetry: a refused round is an error with its reason', async () => {
  const { tracer, spans } = recordingTracer();
  const peer = await peerOf({ tracer });
  const requestState = (await peer.post('tools/call', CALL)).result?.['requestState'];
  await peer.post('tools/call', { ...CALL, arguments: { pkg: 'other' }, requestState });
  expect(spans.getFinishedSpans().at(-1)).toMatchObject({
    attributes: { 'mrtr.outcome': 'rejected' },
    status: { code: 2, message: 'other-arguments' },
  });
});
