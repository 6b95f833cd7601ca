import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';

import { createProject, linkPackages } from '../codemods/project/temporary-project.ts';
import { runCli } from './run-cli.ts';

const SERVER = `\uFEFFimport { McpServer } from '@modelcontextprotocol/server';\r
\r
export function createServer() {\r
  const server = new McpServer({ name: 'shop', version: '1.0.0' });\r
  server.registerTool('confirm', {}, async (ctx) => {\r
    const answer = await ctx.mcpReq.elicitInput({ message: 'Go on?', requestedSchema: { type: 'object', properties: {} } });\r
    return { content: [{ type: 'text', text: answer.action }] };\r
  });\r
  return server;\r
}\r
`;
const MANIFEST = '{\n\t"type": "module"\n}';
const FILES = { 'package.json': MANIFEST, 'src/server.ts': SERVER };

beforeEach(() => {
  const data = mkdtempSync(join(tmpdir(), 'mrtr-data-'));
  vi.stubEnv('MRTR_DATA_DIR', data);
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(data, { recursive: true, force: true });
  });
});

function createServer(): string {
  const dir = createProject(FILES);
  linkPackages(dir, { '@modelcontextprotocol': '@modelcontextprotocol' });
  return dir;
}

const read = (dir: string, path: string): string => readFileSync(join(dir, path), 'utf8');

test('puts every file back byte for byte, and removes what was made', async () => {
  const dir = createServer();
  chmodSync(join(dir, 'src/server.ts'), 0o640);
  await runCli(['migrate', dir, '--no-verify']);
  expect(read(dir, 'src/server.ts')).toContain('requestState.ask');
  expect(existsSync(join(dir, 'src/request-state.ts'))).toBe(true);

  const undone = await runCli(['undo', dir]);
  expect(undone).toMatchObject({ code: 0, stderr: '' });
  expect(undone.stdout).toBe('mrtr migrate taken back: 2 files restored, 1 removed\n');
  for (const [path, text] of Object.entries(FILES)) expect(read(dir, path)).toBe(text);
  expect(existsSync(join(dir, 'src/request-state.ts'))).toBe(false);
  expect(statSync(join(dir, 'src/server.ts')).mode & 0o777).toBe(0o640);

  const again = await runCli(['undo', dir]);
  expect(again).toMatchObject({ code: 2, stdout: '' });
  expect(again.stderr).toContain('MRTR6040');
});

test.each([
  [
    'edited',
    (dir: string) => writeFileSync(join(dir, 'src/server.ts'), `${read(dir, 'src/server.ts')}// more\n`),
  ],
  ['removed', (dir: string) => rmSync(join(dir, 'src/request-state.ts'))],
])('refuses when a file was %s since, and touches nothing', async (_how, change) => {
  const dir = createServer();
  await runCli(['migrate', dir, '--no-verify']);
  change(dir);
  const left = [read(dir, 'src/server.ts'), read(dir, 'package.json')];
  const { code, stderr } = await runCli(['undo', dir]);
  expect(code).toBe(2);
  expect(stderr).toContain('MRTR6041');
  expect([read(dir, 'src/server.ts'), read(dir, 'package.json')]).toEqual(left);
});

test('a run that wrote nothing leaves the record of the one before', async () => {
  const dir = createServer();
  await runCli(['migrate', dir, '--no-verify']);
  await runCli(['migrate', dir, '--no-verify']);
  await runCli(['migrate', dir, '--no-verify', '--dry-run']);
  expect(await runCli(['undo', dir, '--json'])).toMatchObject({ code: 0 });
  expect(read(dir, 'src/server.ts')).toBe(SERVER);
});

test('a data directory that cannot be written costs the undo, not the run', async () => {
  const blocked = join(process.env['MRTR_DATA_DIR'] ?? '', 'file');
  writeFileSync(blocked, '');
  vi.stubEnv('MRTR_DATA_DIR', blocked);
  const dir = createServer();
  const { code, stdout } = await runCli(['migrate', dir, '--no-verify']);
  expect(code).toBe(0);
  expect(stdout).toContain('info[MRTR6042]');
  expect(read(dir, 'src/server.ts')).toContain('requestState.ask');
});

test('a record that is not one is no run', async () => {
  const dir = createServer();
  await runCli(['migrate', dir, '--no-verify']);
  const [record = ''] = (await import('tinyglobby')).globSync('undo/*.json', {
    cwd: process.env['MRTR_DATA_DIR'] ?? '',
    absolute: true,
  });
  expect(statSync(join(record, '..')).mode & 0o077).toBe(0);
  writeFileSync(record, '{ "vers');
  expect((await runCli(['undo', dir])).stderr).toContain('MRTR6040');
});

test('no such directory', async () => {
  const { code, stderr } = await runCli(['undo', '/nowhere/at/all']);
  expect(code).toBe(2);
  expect(stderr).toContain('MRTR6001');
});
