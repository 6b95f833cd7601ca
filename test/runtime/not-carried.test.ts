import { expect, test } from 'vitest';

import { call, load, SURE } from './one-tool.ts';

/** What the platform brings along, seen from the client. */
test.each([
  ['a proxy', 'new Proxy({}, {})', 'a proxy; make it again after the ask (`rematerialize`)'],
  ['a stream', 'new ReadableStream()', 'an instance of ReadableStream; make it again'],
  ['a socket', `new (await import('node:net')).Socket()`, 'an instance of Socket; make it again'],
  ['a controller', 'new AbortController()', 'an instance of AbortController; make it again'],
  ['a signal', 'AbortSignal.any([])', 'an instance of AbortSignal; make it again'],
  ['memory of WebAssembly', 'new WebAssembly.Memory({ initial: 1 })', 'an instance of WebAssembly.Memory'],
])('%s that is needed after an ask', async (_what, made, message) => {
  const module = await load(
    `const it = ${made}; const sure = await ctx.mcpReq.elicitInput(${SURE}); return text([it, sure]);`,
  );
  expect((await call(module)).error?.message).toMatch(/`it` of .*#run is needed after the ask `sure`/);
  expect((await call(module)).error?.message).toContain(`cannot be carried: ${message}`);
});

test('the context of an AsyncLocalStorage is gone behind an answer', async () => {
  const module = await load(
    `const sure = await storage.run('me', async () => ({ ...(await ctx.mcpReq.elicitInput(${SURE})), user: storage.getStore() })); return text(sure.user);`,
    `import { AsyncLocalStorage } from 'node:async_hooks'; const storage = new AsyncLocalStorage();`,
  );
  expect((await call(module)).error?.message).toMatch(
    /elicitation\/create\) is awaited by code .*, `run`: await it directly/,
  );
});
