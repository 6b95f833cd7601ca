import { PassThrough } from 'node:stream';

import { McpServer } from '@modelcontextprotocol/server';
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import { expect, it } from 'vitest';

import { keepHandlers } from '../../runtime/keep-handlers.ts';

const served = (transport: StdioServerTransport): ReturnType<typeof serveStdio> =>
  serveStdio(() => new McpServer({ name: 'a', version: '1' }), { transport });

it('calls the handlers of the program before those of serveStdio', async () => {
  const seen: string[] = [];
  const [input, output] = [new PassThrough(), new PassThrough()];
  const transport = new StdioServerTransport(input, output);
  Object.assign(transport, { onclose: () => seen.push('closed'), onmessage: () => seen.push('message') });
  served(keepHandlers(transport));
  input.write('{"jsonrpc":"2.0","id":1,"method":"ping"}\n');
  const answer = await new Promise((resolve) => output.once('data', resolve));
  expect(JSON.parse(String(answer))).toMatchObject({ id: 1, result: {} });
  input.end();
  await new Promise((resolve) => input.once('end', resolve));
  expect(seen).toEqual(['message', 'closed']);
});

it('gives way to a handler that is assigned later', () => {
  const transport = new StdioServerTransport(new PassThrough(), new PassThrough());
  const seen: string[] = [];
  Object.assign(transport, { onclose: () => seen.push('first') });
  served(keepHandlers(transport));
  Object.assign(transport, { onclose: () => seen.push('later') });
  transport.onclose?.();
  expect(seen).toEqual(['later']);
});

it('closes the connection also when the handler of the program throws', async () => {
  const input = new PassThrough();
  const transport = new StdioServerTransport(input, new PassThrough());
  const fail = (): never => {
    throw new Error('own');
  };
  Object.assign(transport, { onclose: fail });
  const seen: string[] = [];
  Object.assign(keepHandlers(transport), { onclose: () => seen.push('served') });
  expect(() => transport.onclose?.()).toThrow('own');
  expect(seen).toEqual(['served']);
});
