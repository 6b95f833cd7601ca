import { join } from 'node:path';

import { expect, test } from 'vitest';

import { migrateProject } from '../../../codemods/migrate.ts';
import { migrateVerified } from '../../../codemods/project/migrate-verified.ts';
import { selectHandlers } from '../../../codemods/project/select-handlers.ts';
import { createProject, linkPackages } from './temporary-project.ts';

/** `typed` has a type of the project that has no room for a question to the client. */
const SERVER = `import { McpServer, type CallToolResult, type ServerContext } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';

const typed: (ctx: ServerContext) => Promise<CallToolResult> = async (ctx) => {
  const sure = await ctx.mcpReq.elicitInput({ message: 'Typed?', requestedSchema: { type: 'object', properties: {} } });
  return { content: [{ type: 'text', text: sure.action }] };
};

function createServer(): McpServer {
  const server = new McpServer({ name: 's', version: '1' });
  server.registerTool('typed', {}, typed);
  server.registerTool('wide', {}, async (ctx) => {
    const sure = await ctx.mcpReq.elicitInput({ message: 'Wide?', requestedSchema: { type: 'object', properties: {} } });
    return { content: [{ type: 'text', text: sure.action }] };
  });
  return server;
}

serveStdio(() => createServer());
`;

function createServerProject(files: Readonly<Record<string, string>> = { 'server.ts': SERVER }): string {
  const dir = createProject({
    'package.json': '{ "type": "module" }',
    'tsconfig.json': JSON.stringify({
      compilerOptions: {
        strict: true,
        module: 'nodenext',
        target: 'es2023',
        types: ['node'],
        skipLibCheck: true,
        paths: { 'mrtr/runtime': [join(import.meta.dirname, '../../../runtime/index.ts')] },
        allowImportingTsExtensions: true,
        noEmit: true,
      },
    }),
    ...files,
  });
  linkPackages(dir, {
    typescript: 'typescript7',
    '@types/node': '@types/node',
    '@modelcontextprotocol/server': '@modelcontextprotocol/server',
  });
  return dir;
}

test('a handler whose rewrite does not type-check stays as it was; its neighbour is migrated', async () => {
  const dir = createServerProject();
  const { sites, diagnostics, files } = await migrateVerified(
    migrateProject,
    { dir, codec: 'mrtr' },
    new Map(),
  );
  expect(sites.map(({ handler, outcome }) => `${handler} ${outcome}`)).toEqual([
    'typed diagnosed',
    'wide guard',
  ]);
  expect(diagnostics.map(({ code, title }) => `${code} ${title.split('\n')[0]}`)).toEqual([
    expect.stringMatching(/^MRTR6013 the rewrite of the handler `typed` does not type-check.* TS2322/),
  ]);
  const { after } = files.get(join(dir, 'server.ts')) ?? { after: '' };
  expect(after).toContain("await ctx.mcpReq.elicitInput({ message: 'Typed?'");
  expect(after).toContain("inputRequired.elicit({ message: 'Wide?'");
});

test('a test that calls a migrated helper does not type-check any more, and holds up nothing', async () => {
  const dir = createServerProject({
    'confirm.ts': `import type { McpServer } from '@modelcontextprotocol/server';
export async function confirm(server: McpServer): Promise<boolean> {
  const { action } = await server.server.elicitInput({ message: 'Sure?', requestedSchema: { type: 'object', properties: {} } });
  return action === 'accept';
}
`,
    'confirm.test.ts': `import { McpServer } from '@modelcontextprotocol/server';
import { confirm } from './confirm.ts';
const sure: boolean = await confirm(new McpServer({ name: 'test', version: '1' }));
console.log(sure);
`,
  });
  const { sites, diagnostics } = await migrateVerified(migrateProject, { dir, codec: 'mrtr' }, new Map());
  expect(sites.map(({ handler, outcome }) => `${handler} ${outcome}`)).toEqual(['confirm guard']);
  expect(diagnostics.map(({ code, span }) => `${code} ${span?.file}`)).toEqual(['MRTR4014 confirm.test.ts']);
});

test.each([
  [{ only: ['wide'], ignore: [] }, ['typed ignored', 'wide guard']],
  [{ only: [], ignore: ['t*'] }, ['typed ignored', 'wide guard']],
  [{ only: ['*.ts'], ignore: ['wide'] }, ['typed guard', 'wide ignored']],
  [{ only: ['src/**'], ignore: [] }, ['typed ignored', 'wide ignored']],
])('%j selects handlers by name or file', async (selection, expected) => {
  const dir = createServerProject();
  const leave = selectHandlers({ dir, ...selection });
  const { sites, files } = await migrateProject({ dir, codec: 'mrtr', leave });
  expect(sites.map(({ handler, outcome }) => `${handler} ${outcome}`)).toEqual(expected);
  expect(files.size > 0).toBe(expected.some((site) => site.endsWith('guard')));
});
