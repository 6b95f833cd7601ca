import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { generateCommand } from '../../cli/commands/generate.ts';
import { schemaCommand } from '../../cli/commands/schema.ts';
import { main } from '../../cli/main.ts';
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

test('a configuration file stands for the flags', async () => {
  const config = join(directory, 'mrtr.config.json');
  const settings = { schema: join(directory, 'schema.json'), out: join(directory, 'gen'), only: ['types'] };
  await writeFile(config, JSON.stringify(settings));
  expect((await run('generate', '--config', config)).code).toBe(0);
  expect((await readdir(join(directory, 'gen'))).sort()).toEqual(['index.ts', 'types.ts']);
  await writeFile(config, JSON.stringify({ ...settings, ouput: 'x' }));
  expect(await run('generate', '--config', config)).toMatchObject({ code: 2 });
});

test('the copy of the package that is not the published text is announced', async () => {
  const result = await run('generate', '--out', join(directory, 'out'), '--only', 'types');
  expect(result.code).toBe(0);
  expect(result.stderr).toContain('MRTR5009');
  expect(result.stderr).toContain('mrtr schema pull 2026-07-28');
});

test.each([
  [['generate', '--only', 'tyes'], 'MRTR5010'],
  [['generate', '--schema', 'missing.json'], 'MRTR5001'],
  [['generate', '--schema', '2024-11-05'], 'MRTR5007'],
  [['schema', 'pull', '2020-01-01'], 'MRTR5010'],
  [['schema', 'pull', '2025-03-26', '--base-url', 'http://127.0.0.1:1'], 'MRTR5001'],
])('%j cannot run: %s', async (args, code) => {
  const result = await run(...args);
  expect(result.code).toBe(2);
  expect(result.stderr).toContain(code);
});
