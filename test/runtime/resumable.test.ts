import { McpServer } from '@modelcontextprotocol/server';
import { resumable, type RequestState } from 'mrtr/runtime';
import { afterEach, expect, test, vi } from 'vitest';

import { createLegacyClient } from '../harness/scripted-client.ts';
import { answerTo, call, load, SURE, textOf, yes } from './one-tool.ts';

/** What a resumable function does where it cannot simply go on, seen from the client. */

afterEach(() => {
  vi.useRealTimers();
});

test('asks under the name of the variable that takes the answer', async () => {
  const module = await load(
    `const user_name = await ctx.mcpReq.elicitInput(${SURE}); return text(user_name.action);`,
  );
  const asked = await call(module);
  expect(asked.result).toMatchObject({
    resultType: 'input_required',
    inputRequests: { user_name: { method: 'elicitation/create' } },
  });
  expect(textOf(await answerTo(module, asked))).toBe('accept');
});

test('an answer that comes with the first request is used, others are ignored', async () => {
  const module = await load(`const sure = await ctx.mcpReq.elicitInput(${SURE}); return text(sure.action);`);
  expect(textOf(await call(module, { inputResponses: { sure: yes, other: yes } }))).toBe('accept');
  expect((await call(module, { inputResponses: { other: yes } })).result).toMatchObject({
    resultType: 'input_required',
  });
  expect((await call(module, { inputResponses: { sure: 12345 } })).result).toMatchObject({
    resultType: 'input_required',
  });
});

test('without the build step the legacy era is served and the modern one refused, past every catch', async () => {
  const createServer = (): McpServer => {
    const server = new McpServer({ name: 's', version: '1' });
    server.registerTool(
      'run',
      {},
      resumable(async (ctx: Parameters<RequestState['ask']>[0]) => {
        const { action } = await ctx.mcpReq.elicitInput({
          message: 'Sure?',
          requestedSchema: { type: 'object', properties: {} },
        });
        return { content: [{ type: 'text', text: action }] };
      }),
    );
    return server;
  };
  const legacy = await createLegacyClient(createServer, { answers: { elicit: [{ action: 'decline' }] } });
  expect(await legacy.client.callTool({ name: 'run' })).toMatchObject({ content: [{ text: 'decline' }] });
  await legacy.close();
  expect(JSON.stringify(await call({ createServer }))).toMatch(/was not compiled: run \\"mrtr compile\\"/);
});

test('a helper that was not compiled ends the request with its name', async () => {
  const module = await load(
    `try { return text(await helper(ctx)); } catch { return text('swallowed'); }`,
    `const mark = Reflect.get(await import('mrtr/runtime'), 'resumable');
const helper = mark(async function helper(ctx) { return (await ctx.mcpReq.elicitInput(${SURE})).action; });`,
  );
  expect(await call(module)).toMatchObject({
    error: { code: -32603, message: expect.stringMatching(/^helper was not compiled/) },
  });
});

test('an ask that is awaited by code that is not compiled ends the request, past every catch', async () => {
  const module = await load(
    `try { return text(await wrap(() => ctx.mcpReq.elicitInput(${SURE}))); } catch { return text('swallowed'); } finally { await undefined; }`,
    `async function wrap(work) { try { return await work(); } catch { return 'swallowed'; } }`,
  );
  expect(await call(module)).toMatchObject({
    error: { code: -32603, message: expect.stringContaining('not compiled') },
  });
});

test('the same in the legacy era goes through', async () => {
  const { createServer } = await load(
    `return text((await wrap(() => server.server.elicitInput(${SURE}))).action);`,
    `async function wrap(work) { return await work(); }`,
  );
  const legacy = await createLegacyClient(createServer, { answers: { elicit: [yes] } });
  expect(await legacy.client.callTool({ name: 'run', arguments: {} })).toMatchObject({
    content: [{ text: 'accept' }],
  });
  await legacy.close();
});

test('what an ask was rejected with is carried as what it is', async () => {
  const module = await load(
    `try { await ctx.mcpReq.elicitInput(${SURE}); } catch (error) {
      const again = await ctx.mcpReq.elicitInput(${SURE});
      return text([error instanceof ProtocolError, error.code, error.message, again.action].join());
    }`,
    `import { ProtocolError } from '@modelcontextprotocol/server';`,
  );
  const invalid = await answerTo(module, await call(module), { action: 'accept', content: { ok: 1 } });
  expect(textOf(await answerTo(module, invalid))).toBe(
    'true,-32602,Elicitation response content does not match requested schema: data/ok must be boolean,accept',
  );
});

test('called outside of a request, it has run up to its first `await` when the call returns', async () => {
  const { schedule } = (await load(
    `return text('');`,
    `const log = [];
const ask = resumable(async (name) => { log.push('begun'); await null; log.push(name); });
export const schedule = () => { void ask('done'); log.push('called'); return log; };`,
  )) as unknown as { readonly schedule: () => readonly string[] };
  const log = schedule();
  expect(log).toEqual(['begun', 'called']);
  await expect.poll(() => log).toEqual(['begun', 'called', 'done']);
});

test('code that is not compiled and asks through the server object is noticed', async () => {
  const module = await load(
    `try { return text(await service(server)); } catch { return text('swallowed'); }`,
    `async function service(server) { try { return await server.server.elicitInput(${SURE}); } catch { return 'swallowed'; } }`,
  );
  expect(await call(module)).toMatchObject({
    error: { code: -32603, message: expect.stringContaining('not compiled') },
  });
});

test('a variable that cannot be carried is named', async () => {
  const module = await load(
    `const socket = new WeakMap(); await ctx.mcpReq.elicitInput(${SURE}); return text(socket.has({}));`,
  );
  expect(await call(module)).toMatchObject({
    error: { code: -32603, message: expect.stringMatching(/`socket` of .*cannot be carried/) },
  });
});

test('a state of another version of the function is refused like a forged one', async () => {
  const body = (word: string): string =>
    `const sure = await ctx.mcpReq.elicitInput(${SURE}); return text('${word} ' + sure.action);`;
  const [before, after] = [await load(body('before')), await load(body('after'))];
  const asked = await call(before);
  expect(await answerTo(after, asked)).toMatchObject({
    error: {
      code: -32602,
      message: 'Invalid or expired requestState',
      data: { reason: 'invalid_request_state' },
    },
  });
  expect(textOf(await answerTo(before, asked))).toBe('before accept');
});

test('a server that is not protected says so', async () => {
  const module = await load(`await ctx.mcpReq.elicitInput(${SURE}); return text('done');`, '', false);
  expect(textOf(await call(module))).toMatch(/requestState\.protect/);
});

test('an explicit timeout limits the time for the answer over rounds', async () => {
  const module = await load(
    `try { return text((await ctx.mcpReq.elicitInput(${SURE}, { timeout: 1000 })).action); } catch (error) { return text(error.code + ' ' + error.message); }`,
  );
  vi.useFakeTimers({ toFake: ['Date'] });
  const asked = await call(module);
  vi.setSystemTime(Date.now() + 900);
  expect(textOf(await answerTo(module, asked))).toBe('accept');
  vi.setSystemTime(Date.now() + 200);
  expect(textOf(await answerTo(module, asked))).toBe('REQUEST_TIMEOUT Request timed out');
});

test('a method that was not compiled says so', async () => {
  class Approvals {
    async approve(): Promise<boolean> {
      return true;
    }

    static {
      resumable(this, 'approve');
    }
  }
  expect(await new Approvals().approve()).toBe(true);
  expect(Approvals.prototype).toHaveProperty('approve.name', 'approve');
  expect(() => resumable(Approvals, 'reject')).toThrow('Approvals has no method reject of its own');
});

test('instances of registered classes are carried, others are refused by variable and class', async () => {
  const money = `class Money { constructor(cents) { this.cents = cents; } get euros() { return this.cents / 100; } }
    const classes = { Money: { type: Money, toData: ({ cents }) => cents, fromData: (cents) => new Money(cents) } };
    const requestStateWithMoney = createRequestState({ key: 'k'.repeat(32), classes });`;
  const body = `const price = new Money(250); const kept = { price, again: price }; const sure = await ctx.mcpReq.elicitInput(${SURE}); return text([sure.action, price.euros, price instanceof Money, kept.price === kept.again]);`;
  const module = await load(body, money, 'requestStateWithMoney');
  const asked = await call(module);
  expect(textOf(await answerTo(module, asked))).toBe('accept,2.5,true,true');
  const refused = await call(await load(body, money));
  expect(refused.error?.message).toMatch(
    /`kept` of .* is needed after the ask `sure` but cannot be carried: an instance of Money; .* register its class/,
  );
});

test('a race against a timer is decided by when the answer comes', async () => {
  const module = await load(
    `let timer; try {
      const late = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error('too late')), 60_000); });
      return text((await Promise.race([ctx.mcpReq.elicitInput(${SURE}), late])).action);
    } catch (error) { return text(error.message); } finally { clearTimeout(timer); }`,
  );
  vi.useFakeTimers({ toFake: ['Date'] });
  const asked = await call(module);
  vi.setSystemTime(Date.now() + 59_000);
  expect(textOf(await answerTo(module, asked))).toBe('accept');
  vi.setSystemTime(Date.now() + 2_000);
  expect(textOf(await answerTo(module, asked))).toBe('too late');
});

test('arguments are carried only when the client would not send the same again', async () => {
  const item = Buffer.from(crypto.getRandomValues(new Uint8Array(1000))).toString('hex');
  const ask = `const sure = await ctx.mcpReq.elicitInput(${SURE}); return text(args.item.length + sure.action);`;
  const rounds = async (body: string): Promise<[size: number, result: unknown]> => {
    const module = await load(body);
    const asked = await call(module, { arguments: { item } });
    const { inputRequests, requestState } = asked.result ?? {};
    expect(inputRequests).toHaveProperty('sure');
    const done = await call(module, { arguments: { item }, inputResponses: { sure: yes }, requestState });
    return [String(requestState).length, textOf(done)];
  };
  const [untouched, first] = await rounds(ask);
  const [changed, second] = await rounds(`args.item += '!'; ${ask}`);
  expect([first, second]).toEqual(['2000accept', '2001accept']);
  expect(untouched).toBeLessThan(1000);
  expect(changed).toBeGreaterThan(1500);
});

test('a result schema of its own ends the request', async () => {
  const module = await load(
    `await ctx.mcpReq.send({ method: 'roots/list' }, z.object({ roots: z.array(z.unknown()) })); return text('done');`,
  );
  expect(await call(module)).toMatchObject({
    error: { code: -32603, message: expect.stringContaining('result schema') },
  });
});
