import { expect, test } from 'vitest';

import { mayAsk } from '../../../codemods/project/may-ask.ts';
import { mayUseContext } from '../../../codemods/sdk-v1/may-use-context.ts';

const asks = (text: string): boolean =>
  mayAsk({ tsConfigPath: undefined, options: {}, files: ['/a.ts'], adopted: [] }, () => text);

test.each([
  ['await server.elicitInput({})', true],
  ["extra.sendRequest({ method: 'roots/list' }, Schema)", true],
  ['await server.server.createMessage({})', true],
  ['const { listRoots } = server;', true],
  ["server['listRoots']()", true],
  ['const ask = server.createMessage.bind(server);', true],
  ["await ctx.elicit?.('Which one?', schema);", true],
  ['const sample = samples[0];\nshow(sample);', false],
  ["upsert({ createMessage: 'Creating bucket' });", false],
  ['interface Options {\n  createMessage: string;\n}\nlog(options.createMessage);', false],
  ['const greeting = 1;', false],
])('%s', (text, expected) => {
  expect(asks(text)).toBe(expected);
});

test.each([
  ['const ask = (extra: ServerContext) => extra.sendRequest(request);', true],
  ["server.tool('a', async ({ id }, { sendRequest }) => {});", true],
  ["server.tool('a', async (args, { signal, _meta }: Extra): Promise<void> => {});", true],
  ["return { ...tool, _meta: { ui: 'x' } };", false],
  ['const controller = new AbortController();\nfetch(url, { signal: controller.signal });', false],
])('%s may use a member of the old context: %s', (text, expected) => {
  expect(mayUseContext(text)).toBe(expected);
});
