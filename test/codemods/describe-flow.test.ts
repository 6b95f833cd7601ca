import { describe, expect, test } from 'vitest';

import { migrateProject } from '../../codemods/migrate.ts';
import type { HandlerFlow } from '../../codemods/project/handler-flow.ts';
import { createProject, linkPackages } from './project/temporary-project.ts';

/** Migrates a handler with this body; `ask('key')` stands for an elicitation whose answer goes by that name. */
async function flowOf(body: string, expected: readonly string[] = []): Promise<HandlerFlow | undefined> {
  const asks = body.replaceAll(
    /ask\('(\w+)'\)/g,
    "(await ctx.mcpReq.elicitInput({ message: '$1', requestedSchema: { type: 'object', properties: {} } }))",
  );
  const dir = createProject({
    'server.ts': `import { McpServer } from '@modelcontextprotocol/server';
declare function work(name: string): Promise<string[]>;
const text = (value: string) => ({ content: [{ type: 'text' as const, text: value }] });
export function createServer(): McpServer {
  const server = new McpServer({ name: 'fixture', version: '1.0.0' });
  server.registerTool('flow', {}, async (ctx) => {
${asks}
  });
  return server;
}
`,
  });
  linkPackages(dir, { '@modelcontextprotocol': '@modelcontextprotocol' });
  const { sites, diagnostics } = await migrateProject({ dir, codec: 'mrtr' });
  expect(diagnostics.map(({ code }) => code).filter((code) => !/^MRTR(20|4)/.test(code))).toEqual(expected);
  return sites[0]?.flow;
}

const edges = (flow: HandlerFlow | undefined): readonly string[] =>
  (flow?.asks ?? []).map(({ from, to, key }) => `${from} -${key}-> ${to}`);

describe('the phases of a handler', () => {
  test('a guard carries nothing', async () => {
    const flow = await flowOf("const ok = ask('ok');\nreturn text(ok.action);");
    expect(flow).toEqual({
      phases: [
        { name: 'start', carried: [], mayEnd: false },
        { name: 'awaiting-ok', carried: [], mayEnd: true },
      ],
      asks: [{ from: 'start', to: 'awaiting-ok', key: 'ok', kinds: ['form'] }],
      rounds: 1,
    });
  });

  test('branches meet again, and what is carried is what the state type says', async () => {
    const flow = await flowOf(`const names = await work('list');
const choice = ask('choice');
if (choice.action !== 'accept') return text('none');
if (names.length > 1) {
  const sure = ask('sure');
  if (sure.action !== 'accept') return text('unsure');
}
const tag = ask('tag');
return text(tag.action + names.length);`);
    expect(edges(flow)).toEqual([
      'start -choice-> awaiting-choice',
      'awaiting-choice -sure-> awaiting-sure',
      'awaiting-choice -tag-> awaiting-tag',
      'awaiting-sure -tag-> awaiting-tag',
    ]);
    expect(flow?.rounds).toBe(3);
    expect(flow?.phases.map(({ mayEnd }) => mayEnd)).toEqual([false, true, true, true]);
    expect(flow?.phases[1]?.carried).toEqual([
      { name: 'names', type: 'string[]', characters: 59, grows: true },
    ]);
  });

  test('a loop comes back to its own ask, and has no number of rounds', async () => {
    const flow = await flowOf(
      `const names = await work('list');
for (const name of names) {
  const keep = ask('keep');
  if (keep.action === 'cancel') break;
  if (keep.action !== 'accept') await work(name);
}
const done = ask('done');
return text(done.action);`,
      ['MRTR3002'],
    );
    expect(edges(flow)).toEqual([
      'start -keep-> awaiting-keep',
      'start -done-> awaiting-done',
      'awaiting-keep -done-> awaiting-done',
      'awaiting-keep -keep-> awaiting-keep',
    ]);
    expect(flow?.rounds).toBeUndefined();
  });

  test('more rounds than legacy clients follow are reported', async () => {
    const asks = Array.from(
      { length: 9 },
      (_, index) => `const a${index} = ask('a${index}');\nawait work(a${index}.action);`,
    );
    const flow = await flowOf(`${asks.join('\n')}\nreturn text('done');`, ['MRTR3004']);
    expect(flow?.rounds).toBe(9);
  });
});
