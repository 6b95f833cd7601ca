import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { check } from 'prettier';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import { generateFiles } from '../../generator/generate-files.ts';
import { buildModel } from '../../generator/model/build-model.ts';
import { parseDocument } from '../../generator/source/parse-document.ts';
import { RELEASES, runTsc } from '../harness/run-tsc.ts';
import { readAllSchemas, readEmbeddedSchema, readEmbeddedSchemas } from './embedded-schemas.ts';
import { loadValidators } from './load-validators.ts';

const schemas = readAllSchemas();
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mrtr-generated-'));
  for (const [revision, document] of schemas) {
    const out = join(directory, revision);
    await mkdir(out);
    for (const [name, text] of await generateFiles(document, out)) await writeFile(join(out, name), text);
  }
  const uses = fileURLToPath(new URL('../../fixtures/schemas/uses-generated.ts', import.meta.url));
  await copyFile(uses, join(directory, '2026-07-28/uses-generated.ts'));
  await writeFile(join(directory, 'package.json'), '{"type": "module"}');
});

afterAll(async () => {
  await rm(directory, { recursive: true });
});

describe('what is written', () => {
  test.each(RELEASES)('compiles under --strict of %s', (compiler) => {
    const files = [...schemas.keys()].map((revision) => join(revision, 'index.ts'));
    const strictest = [
      '--declaration',
      '--exactOptionalPropertyTypes',
      '--isolatedDeclarations',
      '--noUncheckedIndexedAccess',
    ];
    const errors = runTsc(compiler, directory, [...files, '2026-07-28/uses-generated.ts'], strictest);
    expect(errors).toBe('');
  });

  test('is the same bytes every time, and names revision and digest', async () => {
    const document = readEmbeddedSchema('2026-07-28');
    const [first, second] = [
      await generateFiles(document, directory),
      await generateFiles(document, directory),
    ];
    expect([...second]).toEqual([...first]);
    for (const text of first.values()) {
      expect(text).toContain('from the MCP schema 2026-07-28');
      expect(text).toContain(document.digest);
    }
  });

  test("follows the project's prettier configuration", async () => {
    const out = join(directory, 'styled');
    await mkdir(out);
    await writeFile(join(out, '.prettierrc'), '{"semi": false, "singleQuote": true, "useTabs": true}');
    const text = (await generateFiles(readEmbeddedSchema('2025-03-26'), out, { only: ['types'] })).get(
      'types.ts',
    );
    expect(text).toMatch(/^\t\w/m);
    expect(text).not.toMatch(/;$/m);
  });

  test.each([
    {},
    { endOfLine: 'crlf', tabWidth: 4, semi: false },
    { singleQuote: true, useTabs: true, printWidth: 60 },
    { quoteProps: 'consistent', bracketSpacing: false },
    { objectWrap: 'collapse' },
  ] as const)('passes prettier --check with %j', async (config) => {
    const out = await mkdtemp(join(directory, 'checked-'));
    await writeFile(join(out, '.prettierrc'), JSON.stringify(config));
    const files = await generateFiles(readEmbeddedSchema('2026-07-28'), out, { module: 'both' });
    for (const [name, text] of files)
      expect(await check(text, { ...config, filepath: name }), name).toBe(true);
  });

  test('declares every definition once, under its own name', async () => {
    const document = readEmbeddedSchema('2026-07-28');
    const types = (await generateFiles(document, directory)).get('types.ts') ?? '';
    const declared = [...types.matchAll(/^export (?:type|interface) (\w+)/gm)].map((match) => match[1]);
    expect(declared).toEqual([...document.definitions.keys()]);
  });
});

test('only the parts and methods asked for', async () => {
  const document = readEmbeddedSchema('2026-07-28');
  const files = await generateFiles(document, directory, { only: ['responses'], methods: ['tools/call'] });
  expect([...files.keys()]).toEqual(['types.ts', 'responses.ts', 'guards.ts', 'index.ts']);
  expect(files.get('types.ts')).toContain('export interface CallToolRequest ');
  expect(files.get('types.ts')).not.toContain('ListToolsRequest ');
  const unknown = generateFiles(document, directory, { methods: ['tools/cal'] });
  await expect(unknown).rejects.toBeInstanceOf(DiagnosticError);
});

test('a keyword that cannot be checked is refused, not ignored', async () => {
  const schema = JSON.parse(readEmbeddedSchemas().get('2026-07-28') ?? '') as {
    $defs: Record<string, object>;
  };
  schema.$defs['Cursor'] = { type: 'string', pattern: '^a' };
  const document = parseDocument(JSON.stringify(schema), 'extended.json');
  await expect(generateFiles(document, directory)).rejects.toThrow(/MRTR5006.*pattern/);
  await expect(generateFiles(document, directory, { only: ['types'] })).resolves.toBeInstanceOf(Map);
});

test('a method that gains an InputRequiredResult branch gets its union, map entry and validator', async () => {
  const schema = JSON.parse(readEmbeddedSchemas().get('2026-07-28') ?? '') as {
    $defs: Record<string, object>;
  };
  const either = { anyOf: [{ $ref: '#/$defs/InputRequiredResult' }, { $ref: '#/$defs/ArchiveRoomResult' }] };
  schema.$defs['ArchiveRoomRequest'] = {
    type: 'object',
    properties: { method: { type: 'string', const: 'rooms/archive' }, params: { type: 'object' } },
    required: ['method', 'params'],
  };
  schema.$defs['ArchiveRoomResult'] = {
    type: 'object',
    properties: { resultType: { type: 'string' }, archived: { type: 'boolean' } },
    required: ['archived', 'resultType'],
  };
  schema.$defs['ArchiveRoomResultResponse'] = {
    type: 'object',
    properties: { result: either },
    required: ['result'],
  };
  const document = parseDocument(JSON.stringify(schema), 'extended.json');
  const responses = (await generateFiles(document, directory)).get('responses.ts') ?? '';
  expect(responses).toMatch(/export type ArchiveRoomResponse =[^;]*ArchiveRoomResult[^;]*InputRequired;/s);
  expect(responses).toContain('"rooms/archive": ArchiveRoomResponse;');
  expect(responses).toMatch(/methodsWithInputRequired: readonly \[[^\]]*"rooms\/archive"/s);
  const { is } = await loadValidators(buildModel(document));
  expect(is['ArchiveRoomResponse']?.({ resultType: 'input_required', requestState: 's' })).toBe(true);
  expect(is['ArchiveRoomResponse']?.({ archived: true })).toBe(true);
  expect(is['ArchiveRoomResponse']?.({ resultType: 'complete' })).toBe(false);
});
