import { basename } from 'node:path';

import { expect, test } from 'vitest';

import { migrateProject } from '../../../codemods/migrate.ts';
import { createProject, linkPackages } from './temporary-project.ts';

const ASK = `await ctx.mcpReq.elicitInput({ message: 'Sure?', requestedSchema: { type: 'object', properties: {} } })`;
const REGISTER = `server.registerTool('remove', {}, async (ctx) => {
    const { action } = ${ASK};
    return { content: [{ type: 'text', text: action }] };
  });`;
const HEAD = `import { McpServer } from '@modelcontextprotocol/server';\n`;

const OWN = `${HEAD}declare const verify: (state: string) => Promise<unknown>;
export function createByHand(): McpServer {
  const server = new McpServer({ name: 'by-hand', version: '1' }, { requestState: { verify } });
  ${REGISTER}
  return server;
}
`;

/** Migrates a server beside one that seals its states itself: what changed, what did not, and what was said. */
async function migrateBeside(server: string): Promise<Record<'changed' | 'left' | 'codes', string[]>> {
  const dir = createProject({
    'package.json': '{ "type": "module" }',
    'tsconfig.json': '{ "compilerOptions": { "strict": true, "module": "nodenext", "types": [] } }',
    'by-hand.ts': OWN,
    'server.ts': HEAD + server,
  });
  linkPackages(dir, { '@modelcontextprotocol/server': '@modelcontextprotocol/server' });
  const { files, sites, diagnostics } = await migrateProject({ dir, codec: 'mrtr' });
  return {
    changed: [...files.keys()].map((path) => basename(path)).sort(),
    left: sites.filter(({ outcome }) => outcome === 'diagnosed').map(({ file }) => basename(file)),
    codes: diagnostics.map(({ code }) => code),
  };
}

test('a server with a state of its own does not hold up another one', async () => {
  const { changed, left, codes } = await migrateBeside(`export class Service {
  server = new McpServer({ name: 's', version: '1' });
  start(): void {
    ${REGISTER.replace('server', 'this.server')}
  }
}
export function createServer(): McpServer {
  const server = new McpServer({ name: 's', version: '1' });
  ${REGISTER}
  return server;
}
`);
  expect(changed).toEqual(['request-state.ts', 'server.ts']);
  expect(left).toEqual(['by-hand.ts']);
  expect(codes).toEqual(['MRTR4001']);
});

test.each([
  ['a parameter', `export function register(server: McpServer): void {\n  ${REGISTER}\n}`],
  [
    'a property that is assigned',
    `export class Service {
  server = new McpServer({ name: 's', version: '1' });
  use(server: McpServer): void {
    this.server = server;
    ${REGISTER.replace('server', 'this.server')}
  }
}`,
  ],
])('it does when a handler may be registered on it: the server is %s', async (_, register) => {
  const { changed, left, codes } = await migrateBeside(`${register}
export const server = new McpServer({ name: 's', version: '1' });
`);
  expect(changed).toEqual([]);
  expect(left).toEqual(['by-hand.ts', 'server.ts']);
  expect(codes).toEqual(['MRTR4001']);
});
