import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { migrateProject } from '../../../codemods/migrate.ts';
import { findMocksOfAsks } from '../../../codemods/project/find-mocks-of-asks.ts';
import { createProject, linkPackages } from './temporary-project.ts';

const read = (path: string): string => readFileSync(path, 'utf8');

async function found(text: string, name = 'src/a.test.ts'): Promise<readonly string[]> {
  const dir = createProject({ [name]: text });
  return (await findMocksOfAsks(dir, read)).map(({ title, span }) => {
    const what = /replaces (.*), which/.exec(title)?.[1];
    return `${what} at ${span?.start === undefined ? '' : text.slice(span.start, span.end)}`;
  });
}

test.each([
  'const ctx = { mcpReq: { elicitInput: vi.fn().mockResolvedValue(answer) } };',
  'const ctx = { mcpReq: { elicitInput: jest.fn() as never } };',
  'const ctx = { async elicitInput() { return answer; } };',
  'const ctx = { elicitInput: async () => answer };',
  'const ctx = { elicitInput };',
  'const ctx = { elicitInput: mocks.elicit };',
  'server.server.elicitInput = vi.fn();',
])('%s', async (text) => {
  expect(await found(text)).toEqual(['`elicitInput` at elicitInput']);
});

test.each([
  "vi.spyOn(server.server, 'elicitInput').mockResolvedValue(answer);",
  "mock.method(server.server, 'elicitInput', async () => answer);",
  "sinon.stub(server.server, 'elicitInput');",
])('%s', async (text) => {
  expect(await found(text)).toEqual(["`elicitInput` at 'elicitInput'"]);
});

test('what is no mock, no test, or of another library is not reported', async () => {
  expect(
    await found('await server.server.elicitInput(params); const names = { elicitInput: true };'),
  ).toEqual([]);
  expect(await found('interface Context { elicitInput: () => void }')).toEqual([]);
  expect(await found('export const ctx = { elicitInput: vi.fn() };', 'src/context.ts')).toEqual([]);
  expect(await found('const chat = { createMessage: vi.fn() };')).toEqual([]);
  expect(await found('const mcpServer = { createMessage: vi.fn(), elicitInput: vi.fn() };')).toEqual([
    '`createMessage`, `elicitInput` at createMessage',
  ]);
});

test('a project whose handlers are migrated is told, with one remark for each file', async () => {
  const handler = (ask: string): string => `import { McpServer } from '@modelcontextprotocol/server';
export const server = new McpServer({ name: 'fixture', version: '1.0.0' });
server.registerTool('a', {}, async (ctx) => {
  const answer = await ${ask};
  return { content: [{ type: 'text', text: answer.action }] };
});
`;
  const ask = "ctx.mcpReq.elicitInput({ message: 'a', requestedSchema: { type: 'object', properties: {} } })";
  const mock = "const ctx = { elicitInput: vi.fn() };\nvi.spyOn(ctx, 'elicitInput');\n";
  const codesOf = async (text: string): Promise<readonly (string | undefined)[]> => {
    const dir = createProject({
      'src/server.ts': text,
      'test/a.ts': mock,
      'src/b.spec.mts': mock,
      'tsconfig.json': '{"compilerOptions":{"module":"nodenext","strict":true},"include":["src/server.ts"]}',
    });
    linkPackages(dir, { '@modelcontextprotocol': '@modelcontextprotocol' });
    const { diagnostics } = await migrateProject({ dir, codec: 'mrtr' });
    return diagnostics.filter(({ code }) => code === 'MRTR4013').map(({ span }) => span?.file);
  };
  expect(await codesOf(handler(ask))).toEqual(['src/b.spec.mts', 'test/a.ts']);
  expect(await codesOf(handler("Promise.resolve({ action: 'accept' })"))).toEqual([]);
});
