import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';

import { generateCommand } from '../../cli/commands/generate.ts';
import { schemaCommand } from '../../cli/commands/schema.ts';
import { main } from '../../cli/main.ts';
import { PINNED_DIGESTS } from '../../generator/source/revisions.ts';
import { readEmbeddedSchemas } from './embedded-schemas.ts';

const schemas = readEmbeddedSchemas();
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mrtr-generate-'));
  await writeFile(join(directory, 'schema.json'), schemas.get('2025-03-26') ?? '');
});

afterEach(async () => {
  process.exitCode = undefined;
  await rm(directory, { recursive: true });
});

async function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  process.exitCode = undefined;
  const text = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({ write: (chunk: string) => (text[name] += chunk) });
  const env = { MRTR_CACHE_DIR: join(directory, 'cache'), NO_COLOR: '1' };
  const io = { stdout: stream('stdout'), stderr: stream('stderr'), env };
  const code = await main(['node', 'mrtr', ...args], io, [generateCommand(io), schemaCommand(io)]);
  return { code, ...text };
}

test('writes everything, then nothing, then what is stale', async () => {
  const [schema, out] = [join(directory, 'schema.json'), join(directory, 'out')];
  expect(await run('generate', '--schema', schema, '--out', out)).toMatchObject({ code: 0, stdout: '' });
  expect((await readdir(out)).sort()).toEqual(
    ['guards.ts', 'index.ts', 'responses.ts', 'types.ts', 'validators.d.ts', 'validators.js'].sort(),
  );
  expect((await run('generate', '--schema', schema, '--out', out, '--check')).code).toBe(0);

  const types = await readFile(join(out, 'types.ts'), 'utf8');
  await writeFile(join(out, 'types.ts'), `${types}// edited\n`);
  const check = await run('generate', '--schema', schema, '--out', out, '--check');
  expect(check.code).toBe(1);
  expect(check.stdout).toContain('-// edited');
  expect(await readFile(join(out, 'types.ts'), 'utf8')).toContain('// edited');

  const again = await run('generate', '--schema', schema, '--out', out, '--json');
  expect(JSON.parse(again.stdout)).toMatchObject({ written: true, changed: ['types.ts'], unchanged: 5 });
  expect(await readFile(join(out, 'types.ts'), 'utf8')).toBe(types);
});

test('--check shows what would change, and changes nothing', async () => {
  const [schema, out] = [join(directory, 'schema.json'), join(directory, 'out')];
  const flags = ['generate', '--schema', schema, '--out', out, '--only', 'types'];
  const missing = await run(...flags, '--check');
  expect(missing.code).toBe(1);
  expect(missing.stdout).toContain('+export interface CallToolRequest');
  expect(existsSync(out)).toBe(false);

  await run(...flags);
  const changed = (schemas.get('2025-03-26') ?? '').replace(
    '"description": "Whether the tool call ended in an error',
    '"description": "Whether the call failed',
  );
  await writeFile(schema, changed);
  const { code, stdout, stderr } = await run(...flags, '--check');
  expect(code).toBe(1);
  const lines = stdout.split('\n').filter((line) => /^[+-]/.test(line));
  const digests = [/^-\/\/ Schema SHA-256/, /^\+\/\/ Schema SHA-256/].map((line) =>
    expect.stringMatching(line),
  );
  expect(lines).toEqual([
    '--- a/types.ts',
    '+++ b/types.ts',
    ...digests,
    '-   * Whether the tool call ended in an error.',
    '+   * Whether the call failed.',
    '--- a/index.ts',
    '+++ b/index.ts',
    ...digests,
  ]);
  expect(stderr).toContain('2 file(s) stale, 0 up to date');
});

test('a configuration file stands for the flags, and flags win over it', async () => {
  const settings = { schema: join(directory, 'schema.json'), out: join(directory, 'gen'), only: ['types'] };
  const config = join(directory, 'mrtr.config.json');
  await writeFile(config, JSON.stringify(settings));
  expect((await run('generate', '--config', config)).code).toBe(0);
  expect((await readdir(join(directory, 'gen'))).sort()).toEqual(['index.ts', 'types.ts']);
  const flags = ['--only', 'validators', '--module', 'cjs', '--methods', 'tools/call'];
  expect((await run('generate', '--config', config, ...flags)).code).toBe(0);
  expect(await readdir(join(directory, 'gen'))).toContain('validators.cjs');
  await writeFile(config, JSON.stringify({ ...settings, ouput: 'x' }));
  expect(await run('generate', '--config', config)).toMatchObject({ code: 2 });
});

test('mrtr.config.ts of the working directory is found', async () => {
  const settings = `{ schema: 'schema.json', out: 'from-config', only: ['types'] as const }`;
  await writeFile(join(directory, 'mrtr.config.ts'), `export default ${settings};`);
  const before = process.cwd();
  try {
    process.chdir(directory);
    expect((await run('generate')).code).toBe(0);
  } finally {
    process.chdir(before);
  }
  expect((await readdir(join(directory, 'from-config'))).sort()).toEqual(['index.ts', 'types.ts']);
});

test('--watch generates again when the schema file changes, also after a broken one', async () => {
  const [schema, out] = [join(directory, 'schema.json'), join(directory, 'out')];
  const flags = ['generate', '--schema', schema, '--out', out, '--only', 'types', '--watch'];
  const code = `import { main } from './cli/main.ts'; await main(['node', 'mrtr', ...${JSON.stringify(flags)}]);`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let output = '';
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const said = async (text: string): Promise<void> => {
    await vi.waitFor(() => expect(output).toContain(text), { timeout: 30_000 });
    output = output.slice(output.indexOf(text) + text.length);
  };
  try {
    await said('watching');
    await writeFile(schema, '{');
    await said('MRTR5002');
    await writeFile(schema, schemas.get('2025-06-18') ?? '');
    await said('file(s) written');
    await vi.waitFor(async () => {
      expect(await readFile(join(out, 'types.ts'), 'utf8')).toContain('export interface ElicitRequest ');
    });
  } finally {
    child.kill();
  }
});

test('--watch needs a file', async () => {
  const result = await run('generate', '--schema', 'latest', '--out', join(directory, 'out'), '--watch');
  expect(result).toMatchObject({ code: 2 });
  expect(result.stderr).toContain('--watch needs a file');
  expect(existsSync(join(directory, 'out'))).toBe(false);
});

describe('schema pull', () => {
  let server: Server;
  let base: string;

  beforeAll(async () => {
    server = createServer((request, response) => {
      const [, revision = '', file] = request.url?.split('/') ?? [];
      const text = file === 'schema.json' ? schemas.get(revision) : undefined;
      response.writeHead(text === undefined ? 404 : 200).end(text);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterAll(() => {
    server.close();
  });

  test('keeps the published text, which `generate` then takes without a warning', async () => {
    const pull = await run('schema', 'pull', '2025-03-26', '--base-url', base);
    expect(pull).toMatchObject({ code: 0, stderr: '' });
    const kept = join(directory, 'cache/2025-03-26.json');
    expect(pull.stdout).toContain(kept);
    expect(pull.stdout).toContain(PINNED_DIGESTS['2025-03-26']);
    expect(await readFile(kept, 'utf8')).toBe(schemas.get('2025-03-26'));
    const out = join(directory, 'out');
    const generate = await run('generate', '--schema', '2025-03-26', '--out', out, '--only', 'types');
    expect(generate.code).toBe(0);
    expect(generate.stderr).not.toContain('MRTR');
  });

  test('keeps nothing that is not the published text, unless told to', async () => {
    const refused = await run('schema', 'pull', 'latest', '--base-url', base);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('MRTR5008');
    expect(existsSync(join(directory, 'cache'))).toBe(false);
    const flags = ['--base-url', base, '--allow-digest-mismatch'];
    expect((await run('schema', 'pull', 'latest', ...flags)).code).toBe(0);
    expect(existsSync(join(directory, 'cache/2026-07-28.json'))).toBe(true);
  });

  test('a revision that the server does not have', async () => {
    const result = await run('schema', 'pull', 'draft', '--base-url', base);
    expect(result.code).toBe(2);
    expect(result.stderr).toContain('MRTR5001');
  });
});

test('the copy of the package that is not the published text is announced', async () => {
  const result = await run('generate', '--out', join(directory, 'out'), '--only', 'types');
  expect(result.code).toBe(0);
  expect(result.stderr).toContain('MRTR5009');
  expect(result.stderr).toContain('mrtr schema pull 2026-07-28');
});

test.each([
  [['generate', '--only', 'tyes'], 'MRTR5010'],
  [['generate', '--module', 'amd'], 'MRTR5010'],
  [['generate', '--schema', 'missing.json'], 'MRTR5001'],
  [['generate', '--schema', '2024-11-05'], 'MRTR5007'],
  [['schema', 'pull', '2020-01-01'], 'MRTR5010'],
  [['schema', 'pull', '2025-03-26', '--base-url', 'http://127.0.0.1:1'], 'MRTR5001'],
])('%j cannot run: %s', async (args, code) => {
  const result = await run(...args);
  expect(result.code).toBe(2);
  expect(result.stderr).toContain(code);
});
