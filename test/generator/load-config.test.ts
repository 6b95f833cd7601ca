import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import { loadConfig } from '../../generator/load-config.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mrtr-config-'));
});

afterEach(async () => {
  await rm(directory, { recursive: true });
});

const CONFIG = { schema: '2025-06-18', out: 'gen', methods: ['tools/call'], formats: true, module: 'both' };

test('no file, no configuration', async () => {
  expect(await loadConfig(directory)).toEqual({});
});

test.each([
  [
    'mrtr.config.ts',
    `import type { GeneratorConfig } from 'mrtr';\nexport default ${JSON.stringify(CONFIG)} satisfies GeneratorConfig;`,
  ],
  ['mrtr.config.js', `module.exports = ${JSON.stringify(CONFIG)};`],
  ['mrtr.config.json', JSON.stringify(CONFIG)],
])('%s is found', async (name, text) => {
  await writeFile(join(directory, name), text);
  expect(await loadConfig(directory)).toEqual(CONFIG);
});

test('an ES module', async () => {
  await writeFile(join(directory, 'package.json'), '{"type": "module"}');
  await writeFile(join(directory, 'mrtr.config.js'), `export default ${JSON.stringify(CONFIG)};`);
  expect(await loadConfig(directory)).toEqual(CONFIG);
});

test('TypeScript goes before JavaScript and JSON; a path goes before all', async () => {
  await writeFile(join(directory, 'mrtr.config.json'), '{"out": "json"}');
  expect(await loadConfig(directory)).toEqual({ out: 'json' });
  await writeFile(join(directory, 'mrtr.config.js'), "module.exports = { out: 'js' };");
  expect(await loadConfig(directory)).toEqual({ out: 'js' });
  await writeFile(join(directory, 'mrtr.config.ts'), "const out: string = 'ts';\nexport default { out };");
  expect(await loadConfig(directory)).toEqual({ out: 'ts' });
  await writeFile(join(directory, 'other.json'), '{"out": "other"}');
  expect(await loadConfig(directory, 'other.json')).toEqual({ out: 'other' });
});

describe('what is no configuration is refused with its reason', () => {
  test.each([
    ['mrtr.config.json', '{"ouput": "x"}', 'there is no key `ouput`'],
    ['mrtr.config.json', '{"only": "types"}', '`only` has the wrong type'],
    ['mrtr.config.json', '{"module": "amd"}', '`module` has the wrong type'],
    ['mrtr.config.json', '7', 'it does not export an object'],
    ['mrtr.config.json', '{', 'JSON'],
    ['mrtr.config.js', 'throw new Error("broken");', 'broken'],
    ['mrtr.config.ts', 'export default {', 'Unexpected token'],
    ['mrtr.config.ts', 'export const out = 1;', 'it does not export an object'],
  ])('%s: %s', async (name, text, reason) => {
    await writeFile(join(directory, name), text);
    const error: unknown = await loadConfig(directory).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DiagnosticError);
    expect((error as Error).message).toContain('MRTR5011');
    expect((error as Error).message).toContain(reason);
  });

  test('a path to nothing', async () => {
    await expect(loadConfig(directory, 'missing.json')).rejects.toThrow(/MRTR5011/);
  });
});
