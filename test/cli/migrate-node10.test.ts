import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';

import { createProject, linkPackages } from '../codemods/project/temporary-project.ts';
import { runCli } from './run-cli.ts';

const SERVER = `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';

function createServer(): McpServer {
  const server = new McpServer({ name: 'files', version: '1.0.0' });
  server.registerTool('delete', {}, async () => {
    const sure = await server.server.elicitInput({
      message: 'Delete?',
      requestedSchema: { type: 'object', properties: {} },
    });
    return { content: [{ type: 'text', text: sure.action }] };
  });
  return server;
}

void createServer().connect(new StdioServerTransport());
`;

const MANIFEST = '{ "dependencies": { "@modelcontextprotocol/sdk": "^1.20.0" } }\n';

function createServerProject(typescript: string, tsconfig: string): string {
  const dir = createProject({ 'package.json': MANIFEST, 'tsconfig.json': tsconfig, 'src/server.ts': SERVER });
  linkPackages(dir, {
    typescript,
    '@modelcontextprotocol/sdk': '@modelcontextprotocol/sdk',
  });
  return dir;
}

const read = (dir: string, path: string): string => readFileSync(join(dir, path), 'utf8');

beforeEach(() => {
  const data = mkdtempSync(join(tmpdir(), 'mrtr-data-'));
  vi.stubEnv('MRTR_DATA_DIR', data);
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(data, { recursive: true, force: true });
  });
});

const ES_MODULES = `{
\t"compilerOptions": {
\t\t"lib": ["es2022"],\n\t\t"target": "es2022", // of Node.js 18
\t\t"module": "es2022",
\t\t"moduleResolution": "node", // for rollup
\t\t"strict": true,
\t\t"types": [],
\t\t"skipLibCheck": true,
\t},
}
`;

test('the configuration is changed together with the handlers, and taken back with them', async () => {
  const dir = createServerProject('typescript5', ES_MODULES);
  const { code, stdout, stderr } = await runCli(['migrate', dir]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('1 of 1 handler migrated');
  expect(stdout).toContain('info[MRTR4014]');
  expect(stdout).not.toContain('MRTR6103');
  const changed = ES_MODULES.replace('"node", //', '"bundler", //');
  expect(read(dir, 'tsconfig.json')).toBe(changed);

  await runCli(['undo', dir]);
  expect(read(dir, 'tsconfig.json')).toBe(ES_MODULES);
  expect(read(dir, 'src/server.ts')).toBe(SERVER);
});

const COMMONJS = `{
  "compilerOptions": {
    "module": "CommonJS",
    "moduleResolution": "node",
    "target": "es2022",
    "strict": true,
    "types": [],
    "skipLibCheck": true,
    "ignoreDeprecations": "6.0"
  }
}
`;

test('CommonJS of TypeScript 6 is shown with the same setting by --dry-run, which writes nothing', async () => {
  const dir = createServerProject('typescript', COMMONJS);
  const { code, stdout } = await runCli(['migrate', dir, '--dry-run', '--no-verify']);
  expect(code).toBe(0);
  expect(stdout).toContain('-    "moduleResolution": "node",\n+    "moduleResolution": "bundler",\n');
  expect(read(dir, 'tsconfig.json')).toBe(COMMONJS);
});
