import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import { canonicalDigest } from '../../generator/source/canonical-digest.ts';
import { parseDocument } from '../../generator/source/parse-document.ts';
import { pullSchema } from '../../generator/source/pull-schema.ts';
import { defaultSchemaPlaces, resolveSchema } from '../../generator/source/resolve-schema.ts';
import { PINNED_DIGESTS } from '../../generator/source/revisions.ts';
import { readEmbeddedSchemas } from './embedded-schemas.ts';

const embeddedSchemas = readEmbeddedSchemas();
const schemaText = embeddedSchemas.get('2025-03-26') ?? '';
const { embedded } = defaultSchemaPlaces({});
let directory: string;
let server: Server;
let base: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mrtr-schema-'));
  server = createServer((request, response) => {
    const text = embeddedSchemas.get(request.url?.split('/')[1] ?? '');
    response.writeHead(text === undefined ? 404 : 200).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  server.close();
  await rm(directory, { recursive: true });
});

async function codesOf(run: () => unknown): Promise<string[]> {
  try {
    await run();
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics.map(({ code }) => code);
    throw error;
  }
  return [];
}

test('the digest does not depend on key order or formatting', () => {
  expect(canonicalDigest({ b: [1, { d: 1, c: 2 }], a: null })).toBe(
    canonicalDigest(JSON.parse('{ "a": null, "b": [1, { "c": 2, "d": 1 }] }')),
  );
  expect(canonicalDigest([1, 2])).not.toBe(canonicalDigest([2, 1]));
});

describe('resolveSchema', () => {
  test('a revision comes from the package when the cache is empty', async () => {
    const places = { cache: join(directory, 'none'), embedded };
    const { document, warnings } = await resolveSchema('2025-03-26', places);
    expect(document).toMatchObject({ name: '2025-03-26', digest: PINNED_DIGESTS['2025-03-26'] });
    expect(warnings).toEqual([]);
  });

  test('an embedded copy that is not the published text is said to be so, with the command that gets it', async () => {
    const { document, warnings } = await resolveSchema('latest', {
      cache: join(directory, 'none'),
      embedded,
    });
    expect(document.name).toBe('2026-07-28');
    expect(warnings.map(({ code }) => code)).toEqual(['MRTR5009']);
    expect(warnings[0]?.help).toContain('mrtr schema pull 2026-07-28');
  });

  test('the cache goes before the package', async () => {
    const cache = join(directory, 'cache');
    await mkdir(cache);
    await writeFile(join(cache, '2025-06-18.json'), schemaText);
    const { location, document } = await resolveSchema('2025-06-18', { cache, embedded });
    expect(location).toBe(join(cache, '2025-06-18.json'));
    expect(document.digest).toBe(PINNED_DIGESTS['2025-03-26']);
  });

  test('a revision that is nowhere is not downloaded', async () => {
    const places = { cache: join(directory, 'none'), embedded };
    expect(await codesOf(() => resolveSchema('2024-11-05', places))).toEqual(['MRTR5007']);
  });

  test('a file and a URL', async () => {
    const path = join(directory, 'schema.json');
    await writeFile(path, `\uFEFF${schemaText}`);
    const places = { cache: directory, embedded: directory };
    expect((await resolveSchema(path, places)).document.name).toBe('schema.json');
    const { document } = await resolveSchema(`${base}/2025-03-26/schema.json`, places);
    expect(document.digest).toBe(PINNED_DIGESTS['2025-03-26']);
    expect(await codesOf(() => resolveSchema(`${base}/nothing`, places))).toEqual(['MRTR5001']);
    expect(await codesOf(() => resolveSchema(join(directory, 'nothing.json'), places))).toEqual(['MRTR5001']);
    expect(await codesOf(() => resolveSchema(directory, places))).toEqual(['MRTR5001']);
  });
});

describe('pullSchema', () => {
  test('takes the published text', async () => {
    const pulled = await pullSchema('2025-03-26', { baseUrl: `${base}/`, allowDigestMismatch: false });
    expect(pulled.text).toBe(schemaText);
  });

  test('refuses another text unless told otherwise', async () => {
    const pull = (allowDigestMismatch: boolean): Promise<unknown> =>
      pullSchema('2026-07-28', { baseUrl: base, allowDigestMismatch });
    expect(await codesOf(() => pull(false))).toEqual(['MRTR5008']);
    expect(await codesOf(() => pull(true))).toEqual([]);
  });

  test('a server that is not there', async () => {
    const pull = (): Promise<unknown> =>
      pullSchema('2025-03-26', { baseUrl: 'http://127.0.0.1:1', allowDigestMismatch: false });
    expect(await codesOf(pull)).toEqual(['MRTR5001']);
  });
});

describe('bad input is a diagnostic', () => {
  const schema = (definitions: object): string =>
    JSON.stringify({ $defs: { JSONRPCMessage: {}, Request: {}, Result: {}, ...definitions } });
  test.each([
    ['an empty file', '', 'MRTR5002'],
    ['a truncated file', schemaText.slice(0, 5000), 'MRTR5002'],
    ['an array', '[]', 'MRTR5003'],
    ['null', 'null', 'MRTR5003'],
    ['a package.json', '{"name": "x"}', 'MRTR5003'],
    ['another JSON Schema', '{"$defs": {"Point": {"type": "object"}}}', 'MRTR5003'],
    ['a definition that is no schema', schema({ A: 1 }), 'MRTR5003'],
    ['properties that are no object', schema({ A: { properties: [] } }), 'MRTR5003'],
    ['a nested schema that is none', schema({ A: { properties: { b: { anyOf: [7] } } } }), 'MRTR5003'],
    ['a union that is no list', schema({ A: { anyOf: {} } }), 'MRTR5003'],
    ['a name that is no identifier', schema({ 'A; process.exit()': {} }), 'MRTR5003'],
    ['a reference to nothing', schema({ A: { items: { $ref: '#/$defs/B' } } }), 'MRTR5005'],
    ['a reference elsewhere', schema({ A: { $ref: 'other.json' } }), 'MRTR5005'],
    ['a definition that is itself', schema({ A: { $ref: '#/$defs/A' } }), 'MRTR5004'],
    [
      'a cycle through unions',
      schema({ A: { anyOf: [{ $ref: '#/$defs/B' }] }, B: { allOf: [{ $ref: '#/$defs/A' }] } }),
      'MRTR5004',
    ],
  ])('%s', async (_, text, code) => {
    expect(await codesOf(() => parseDocument(text, 'schema.json'))).toEqual([code]);
  });

  test('recursion through values is fine', async () => {
    const text = schema({ Tree: { type: 'array', items: { $ref: '#/$defs/Tree' } } });
    expect(await codesOf(() => parseDocument(text, 'schema.json'))).toEqual([]);
  });
});
