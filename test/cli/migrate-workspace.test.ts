import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { createProject, linkPackages } from '../codemods/project/temporary-project.ts';
import { runCli } from './run-cli.ts';

const manifest = (value: object): string => `${JSON.stringify(value, undefined, 2)}\n`;

const config = (references: readonly string[]): string =>
  JSON.stringify({
    compilerOptions: {
      composite: true,
      strict: true,
      module: 'nodenext',
      target: 'es2022',
      types: ['node'],
      skipLibCheck: true,
      rootDir: 'src',
      outDir: 'dist',
    },
    include: ['src'],
    references: references.map((path) => ({ path })),
  });

/** A server that asks, through a version of the SDK, and takes its text from the package `@acme/text`. */
const server = (imports: string, register: string): string => `${imports}
import { greeting } from '@acme/text';
import * as z from 'zod';

const server = new McpServer({ name: 'server', version: '1.0.0' });

server.registerTool('delete', { inputSchema: ${register} }, async ({ path }) => {
  const sure = await server.server.elicitInput({
    message: greeting(path),
    requestedSchema: { type: 'object', properties: {} },
  });
  return { content: [{ type: 'text', text: sure.action }] };
});

await server.connect(new StdioServerTransport());
`;

const V1 = `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';`;
const V2 = `import { McpServer } from '@modelcontextprotocol/server';
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio';`;

const WORKSPACE = {
  'package.json': manifest({ name: 'workspace', private: true, workspaces: ['packages/*'] }),
  'tsconfig.json': JSON.stringify({
    files: [],
    references: ['text', 'old', 'new'].map((name) => ({ path: `packages/${name}` })),
  }),
  'packages/text/package.json': manifest({
    name: '@acme/text',
    type: 'module',
    exports: { types: './src/index.ts', default: './dist/index.js' },
  }),
  'packages/text/tsconfig.json': config([]),
  'packages/text/src/index.ts': 'export const greeting = (path: string): string => `Delete ${path}?`;\n',
  'packages/old/package.json': manifest({
    name: '@acme/old',
    type: 'module',
    dependencies: { '@acme/text': '*', '@modelcontextprotocol/sdk': '^1.20.0', zod: '^4.2.0' },
  }),
  'packages/old/tsconfig.json': config(['../text']),
  'packages/old/src/server.ts': server(V1, '{ path: z.string() }'),
  'packages/new/package.json': manifest({
    name: '@acme/new',
    type: 'module',
    dependencies: { '@acme/text': '*', '@modelcontextprotocol/server': '^2.4.0', zod: '^4.2.0' },
  }),
  'packages/new/tsconfig.json': config(['../text']),
  'packages/new/src/server.ts': server(V2, 'z.object({ path: z.string() })'),
};

test('in a workspace with project references, each package gets the lines that it needs', async () => {
  const dir = createProject({ ...WORKSPACE });
  linkPackages(dir, {
    typescript: 'typescript7',
    zod: 'zod',
    '@types/node': '@types/node',
    '@modelcontextprotocol': '@modelcontextprotocol',
  });
  mkdirSync(join(dir, 'node_modules/@acme'));
  symlinkSync(join(dir, 'packages/text'), join(dir, 'node_modules/@acme/text'), 'junction');
  const { code, stdout } = await runCli(['migrate', dir, '--no-verify']);
  const dependenciesOf = (name: string): readonly string[] => {
    const text = readFileSync(join(dir, 'packages', name, 'package.json'), 'utf8');
    return Object.keys((JSON.parse(text) as { dependencies?: object }).dependencies ?? {});
  };
  expect(code).toBe(0);
  expect(stdout).toContain('2 of 2 handlers migrated');
  expect(dependenciesOf('old')).toEqual(['@acme/text', '@modelcontextprotocol/server', 'mrtr', 'zod']);
  expect(dependenciesOf('new')).toEqual(['@acme/text', '@modelcontextprotocol/server', 'mrtr', 'zod']);
  for (const path of ['package.json', 'packages/text/package.json'] as const)
    expect(readFileSync(join(dir, path), 'utf8')).toBe(WORKSPACE[path]);
});
