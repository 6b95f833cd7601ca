import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { migrateProject } from '../../../codemods/migrate.ts';
import { createProject, linkPackages } from './temporary-project.ts';

const ASKING = `import type { Server } from '@modelcontextprotocol/server';

const requestedSchema = { type: 'object' as const, properties: {} };
export async function confirm(server: Server): Promise<boolean> {
  return (await server.elicitInput({ message: 'Sure?', requestedSchema })).action === 'accept';
}
`;
const SCRIPT = `export const roots = async (server) => server.request({ method: 'roots/list' }, {});\n`;

test('asks outside of every tsconfig.json are reported, with the calls that reach them', async () => {
  const dir = createProject({
    'package.json': '{ "name": "strays", "type": "module" }',
    'tsconfig.json': '{ "compilerOptions": { "module": "nodenext" }, "include": ["src"] }',
    'src/main.ts': 'export const nothing = 1;\n',
    'examples/confirm.ts': ASKING,
    'examples/run.ts': `import { confirm } from './confirm.js';\nexport const run = async (server: never) => confirm(server);\n`,
    'scripts/tracked.mjs': SCRIPT,
    'scripts/written.mjs': SCRIPT,
    'test/confirm.ts': ASKING,
  });
  linkPackages(dir, { '@modelcontextprotocol/server': '@modelcontextprotocol/server' });
  execFileSync('git', ['init', '--quiet'], { cwd: dir });
  execFileSync('git', ['add', 'scripts/tracked.mjs'], { cwd: dir });

  const { files, sites, diagnostics } = await migrateProject({ dir, codec: 'mrtr' });

  expect(files.size).toBe(0);
  expect(diagnostics.map(({ code, span }) => `${code} ${span?.file}`).sort()).toEqual([
    `MRTR1021 ${join('examples', 'confirm.ts')}`,
    `MRTR1021 ${join('examples', 'run.ts')}`,
    `MRTR1021 ${join('scripts', 'tracked.mjs')}`,
  ]);
  expect(sites.map(({ handler, outcome }) => `${handler} ${outcome}`).sort()).toEqual([
    'confirm diagnosed',
    'roots diagnosed',
    'run diagnosed',
  ]);
});
