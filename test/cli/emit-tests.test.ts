import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

import { createProject, linkPackages } from '../codemods/project/temporary-project.ts';
import { runCli } from './run-cli.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

const SERVER = `import { McpServer } from '@modelcontextprotocol/server';
import type { CallToolResult } from '@modelcontextprotocol/server';
import * as z from 'zod';

import { ledger } from './ledger.js';
import { registerAnnouncement } from './tools/index.js';

export function createServer(): McpServer {
  const server = new McpServer({ name: 'shop', version: '1.0.0' });
  server.registerTool('publish', { inputSchema: z.object({ pkg: z.string() }) }, async ({ pkg }, ctx): Promise<CallToolResult> => {
    const versions = await ledger.versions(pkg);
    const choice = await ctx.mcpReq.elicitInput({
      message: \`Which of \${versions.join(', ')}?\`,
      requestedSchema: { type: 'object', properties: { version: { type: 'string', enum: versions } }, required: ['version'] },
    });
    if (choice.action !== 'accept') return { content: [{ type: 'text', text: 'nothing published' }] };
    await ledger.reserve(pkg, String(choice.content?.version));
    const sure = await ctx.mcpReq.elicitInput({
      message: 'Sure?',
      requestedSchema: { type: 'object', properties: { ok: { type: 'boolean' } }, required: ['ok'] },
    });
    if (sure.action !== 'accept' || sure.content?.ok !== true) return { content: [{ type: 'text', text: 'reserved' }] };
    await ledger.publish(pkg);
    return { content: [{ type: 'text', text: \`published after \${versions.length} others\` }] };
  });
  registerAnnouncement(server);
  return server;
}
`;
const LEDGER = `const entries: string[] = [];
export const ledger = {
  versions: async (pkg: string): Promise<string[]> => [\`\${pkg}-1.0.1\`, '1.1.0'].concat(entries),
  reserve: async (pkg: string, version: string): Promise<void> => void entries.push(\`\${pkg} \${version}\`),
  publish: async (pkg: string): Promise<void> => void entries.push(pkg),
};
export const announce = async (text: string): Promise<number> => text.length;
`;
const ANNOUNCEMENT = `import type { McpServer } from '@modelcontextprotocol/server';
import { announce } from '../ledger.js';

export function registerAnnouncement(server: McpServer): void {
  server.registerTool('announce', {}, async (ctx) => {
    const { action, content } = await ctx.mcpReq.elicitInput({
      message: 'What?',
      requestedSchema: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] },
    });
    if (action === 'accept') await announce(String(content?.['text']));
    return { content: [{ type: 'text', text: action }] };
  });
}
`;
const FILES = {
  'package.json': '{\n  "type": "module",\n  "dependencies": {\n    "zod": "*"\n  }\n}\n',
  'tsconfig.json': JSON.stringify({
    compilerOptions: {
      strict: true,
      module: 'nodenext',
      target: 'es2022',
      types: ['node'],
      skipLibCheck: true,
      noEmit: true,
    },
    include: ['src'],
  }),
  'src/server.ts': SERVER,
  'src/ledger.ts': LEDGER,
  'src/tools/index.ts': "export { registerAnnouncement } from './announcement.js';\n",
  'src/tools/announcement.ts': ANNOUNCEMENT,
};

/** A project with the packages it will have after its install; `mrtr/runtime` are the sources of this checkout. */
function createServer(files: Readonly<Record<string, string>>): string {
  const dir = createProject(files);
  linkPackages(dir, {
    '@modelcontextprotocol': '@modelcontextprotocol',
    '@types/node': '@types/node',
    typescript: 'typescript',
    vitest: 'vitest',
    zod: 'zod',
    devalue: 'devalue',
  });
  mkdirSync(join(dir, 'node_modules/mrtr'));
  symlinkSync(join(root, 'runtime'), join(dir, 'node_modules/mrtr/runtime'), 'junction');
  writeFileSync(
    join(dir, 'node_modules/mrtr/package.json'),
    '{ "name": "mrtr", "type": "module", "exports": { "./runtime": "./runtime/index.ts" } }\n',
  );
  writeFileSync(
    join(dir, 'vitest.config.js'),
    "export default { test: { include: ['test/mrtr/*.test.ts'], server: { deps: { inline: [/runtime/] } } } };\n",
  );
  return dir;
}

interface Run {
  readonly passed: boolean;
  readonly output: string;
}

function runVitest(dir: string): Promise<Run> {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  return new Promise((done) => {
    const env = {
      ...process.env,
      NO_COLOR: '1',
      VITEST: undefined,
      VITEST_POOL_ID: undefined,
      VITEST_WORKER_ID: undefined,
    };
    execFile(process.execPath, [vitest, 'run', '--root', dir], { cwd: dir, env }, (error, stdout, stderr) =>
      done({ passed: error === null, output: stdout + stderr }),
    );
  });
}

test('what is written runs, passes, and fails when a new handler is changed', async () => {
  const dir = createServer(FILES);
  const { code, stdout, stderr } = await runCli(['migrate', dir, '--emit-tests', '--no-verify']);
  expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8'))).toMatchObject({
    dependencies: { mrtr: expect.any(String) as string },
    devDependencies: {
      '@modelcontextprotocol/client': expect.any(String) as string,
      vitest: expect.any(String) as string,
    },
  });
  expect(readFileSync(join(dir, 'test/mrtr/before/src/server.ts'), 'utf8')).toContain(
    "'../../../../src/ledger.js'",
  );
  expect(existsSync(join(dir, 'test/mrtr/before/src/tools/index.ts'))).toBe(true);
  expect(existsSync(join(dir, 'test/mrtr/before/src/ledger.ts'))).toBe(false);

  const again = await runCli(['migrate', dir, '--emit-tests', '--no-verify']);
  expect(again.stdout).toContain('0 files written');

  const first = await runVitest(dir);
  expect(first.passed, first.output).toBe(true);
  expect(first.output).toMatch(/Tests {2}17 passed/);

  const server = readFileSync(join(dir, 'src/server.ts'), 'utf8');
  const mutants = [
    ['an effect is left out', 'await ledger.reserve(pkg, String(choice.content?.version));', ''],
    ['another question is asked', "message: 'Sure?'", "message: 'Really?'"],
  ] as const;
  for (const [what, from, to] of mutants) {
    expect(server).toContain(from);
    writeFileSync(join(dir, 'src/server.ts'), server.replace(from, to));
    const run = await runVitest(dir);
    expect(run.passed, what).toBe(false);
    expect(run.output).toContain('tool publish > does what it did: accept');
  }
});

test('without a function that makes the server, it says so', async () => {
  const dir = createServer({
    ...FILES,
    'src/server.ts': SERVER.replace(
      'createServer(): McpServer',
      'createServer(name: string): McpServer',
    ).replace("'shop'", 'name'),
  });
  const { code, stdout } = await runCli(['migrate', dir, '--emit-tests', '--no-verify']);
  expect(code).toBe(0);
  expect(stdout).toContain('info[MRTR6050]: no tests were written for publish, announce');
  expect(existsSync(join(dir, 'test/mrtr'))).toBe(false);
});
