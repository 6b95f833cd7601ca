import { join } from 'node:path';

import { expect, test } from 'vitest';

import { migrateProject } from '../../../codemods/migrate.ts';
import { extendConfig } from '../../../codemods/project/extend-config.ts';
import { findSourceUnits, type SourceUnit } from '../../../codemods/project/find-source-units.ts';
import { migrateVerified } from '../../../codemods/project/migrate-verified.ts';
import { createProject, linkPackages } from './temporary-project.ts';

const CONFIG = {
  compilerOptions: {
    strict: true,
    module: 'nodenext',
    target: 'es2023',
    types: ['node'],
    skipLibCheck: true,
    paths: {
      '@/*': ['./src/*'],
      'mrtr/runtime': [join(import.meta.dirname, '../../../runtime/index.ts')],
    },
    allowImportingTsExtensions: true,
    noEmit: true,
  },
  include: ['src'],
};

/** `typed` has a type of its own that has no room for a question to the client. */
const EXAMPLE = `import { McpServer, type CallToolResult, type ServerContext } from '@modelcontextprotocol/server';
import { requestedSchema } from '@/schema.js';

const typed: (ctx: ServerContext) => Promise<CallToolResult> = async (ctx) => {
  const sure = await ctx.mcpReq.elicitInput({ message: 'Typed?', requestedSchema });
  return { content: [{ type: 'text', text: sure.action }] };
};

export function createServer(): McpServer {
  const server = new McpServer({ name: 's', version: '1' });
  server.registerTool('typed', {}, typed);
  server.registerTool('wide', {}, async (ctx) => {
    const sure = await ctx.mcpReq.elicitInput({ message: 'Wide?', requestedSchema });
    return { content: [{ type: 'text', text: sure.action }] };
  });
  return server;
}
`;
const ASK = `await server.elicitInput({ message: 'Sure?', requestedSchema: { type: 'object', properties: {} } });`;

function createLibrary(files: Readonly<Record<string, string>> = {}): string {
  const dir = createProject({
    'package.json': '{ "name": "library", "type": "module" }',
    'tsconfig.json': JSON.stringify(CONFIG),
    'src/schema.ts': `export const requestedSchema = { type: 'object' as const, properties: {} };\n`,
    'examples/server.ts': EXAMPLE,
    'examples/main.ts': `import { createServer } from './server.js';\nexport const server = createServer();\n`,
    'examples/other.ts': `import { requestedSchema } from '../src/schema.js';\nexport const other = requestedSchema;\n`,
    'examples/alone.ts': `import { server } from 'elsewhere';\nexport const run = async () => { ${ASK} };\n`,
    'examples/draft.ts': `import '../src/schema.js';\nprivate async run(server) { ${ASK} }\n`,
    'test/server.ts': EXAMPLE,
    ...files,
  });
  linkPackages(dir, {
    typescript: 'typescript7',
    '@types/node': '@types/node',
    '@modelcontextprotocol/server': '@modelcontextprotocol/server',
  });
  return dir;
}

const NAMED = `import { server } from 'library/server';\nexport const run = async () => { ${ASK} };\n`;

test('examples that ask, and what imports them, belong to the configuration that their imports lead to', async () => {
  const dir = createLibrary({ 'examples/named.ts': NAMED });
  const [unit, ...others] = await findSourceUnits(dir);
  expect(others).toEqual([]);
  expect(unit?.adopted).toEqual(
    ['examples/main.ts', 'examples/named.ts', 'examples/server.ts'].map((path) => join(dir, path)),
  );
  expect(unit?.files).toContain(join(dir, 'src/schema.ts'));
});

test('they are migrated, and type-checked under its options', async () => {
  const dir = createLibrary();
  const { files, sites, diagnostics } = await migrateVerified(
    migrateProject,
    { dir, codec: 'mrtr' },
    new Map(),
  );
  expect([...files.keys()].sort()).toEqual(
    ['request-state.ts', 'server.ts'].map((name) => join(dir, 'examples', name)),
  );
  expect(files.get(join(dir, 'examples/server.ts'))?.after).toContain(`'./request-state.js'`);
  expect(sites.map(({ handler, outcome }) => `${handler} ${outcome}`).sort()).toEqual([
    'module code diagnosed',
    'run diagnosed',
    'typed diagnosed',
    'wide guard',
  ]);
  expect(diagnostics.map(({ code, span }) => `${code} ${span?.file}`).sort()).toEqual([
    'MRTR1021 examples/alone.ts',
    'MRTR1021 examples/draft.ts',
    'MRTR6013 examples/server.ts (rewritten)',
  ]);
});

test('the configuration of the check has room for files beside its `rootDir`', async () => {
  const dir = createLibrary();
  const [unit] = await findSourceUnits(dir);
  const extended = (options: SourceUnit['options']): unknown =>
    JSON.parse(
      extendConfig(join(dir, 'tsconfig.json'), { ...(unit as SourceUnit), options }, dir).text ?? '',
    );
  const files = ['src/schema.ts', 'examples/main.ts', 'examples/server.ts'];
  const config = { extends: './tsconfig.json', files, include: [] };
  expect(extended({})).toEqual(config);
  expect(extended({ rootDir: join(dir, 'src') })).toEqual({ ...config, compilerOptions: { rootDir: '.' } });
});
