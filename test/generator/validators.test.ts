import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { buildModel } from '../../generator/model/build-model.ts';
import { applyOverlay } from '../../generator/model/overlay.ts';
import { parseDocument } from '../../generator/source/parse-document.ts';
import { arbitraryOf } from './arbitrary-of-schema.ts';
import { readAllSchemas, readEmbeddedSchema } from './embedded-schemas.ts';
import { loadValidators } from './load-validators.ts';
import { mutantsOf } from './mutants.ts';

/** About how many values per revision; `npm run fuzz:values` sets both. */
const BUDGET = Number(process.env['MRTR_FUZZ_VALUES'] ?? 1500);
const SEED = Number(process.env['MRTR_FUZZ_SEED'] ?? 20260728);

function createOracle(definitions: ReadonlyMap<string, object>): (name: string) => ValidateFunction {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({
    $id: 'mcp',
    $defs: Object.fromEntries(definitions),
    definitions: Object.fromEntries(definitions),
  });
  return (name) => {
    const validate = ajv.getSchema(`mcp#/$defs/${name}`);
    if (validate === undefined) throw new Error(`no definition ${name}`);
    return validate;
  };
}

describe.each([...readAllSchemas()])('%s', (revision, document) => {
  const model = buildModel(document);
  const definitions = applyOverlay(model, 'validators');

  test('is, parse and ajv agree on generated values and on what one change makes of them', async () => {
    const { is, parse } = await loadValidators(model);
    const oracle = createOracle(definitions);
    const perDefinition = Math.ceil(BUDGET / definitions.size / 8);
    let accepted = 0;
    let rejected = 0;
    for (const [name, schema] of definitions) {
      const valid = oracle(name);
      for (const value of fc.sample(arbitraryOf(schema, definitions), {
        numRuns: perDefinition,
        seed: SEED,
      })) {
        for (const candidate of [
          value,
          ...[...mutantsOf(value)].slice(0, 40).map((mutant) => mutant.value),
        ]) {
          const expected = valid(candidate);
          if (is[name]?.(candidate) !== expected || parse[name]?.(candidate).ok !== expected)
            expect.fail(`${name}: ajv says ${expected} to ${JSON.stringify(candidate)}`);
          if (expected) accepted++;
          else rejected++;
          const parsed = parse[name]?.(candidate);
          if (parsed?.ok === false && parsed.errors.length === 0)
            expect.fail(`${name}: no error for ${JSON.stringify(candidate)}`);
        }
      }
    }
    expect(accepted).toBeGreaterThan(BUDGET / 8);
    expect(rejected).toBeGreaterThan(BUDGET / 8);
    if (process.env['MRTR_FUZZ_VALUES'])
      console.log(`${revision}: ${accepted} accepted, ${rejected} rejected`);
  }, 600_000);
});

test('at least 2,500 mutants of 2026-07-28 that the schema forbids are rejected', async () => {
  const model = buildModel(readEmbeddedSchema('2026-07-28'));
  const { is, parse } = await loadValidators(model);
  const definitions = applyOverlay(model, 'validators');
  const oracle = createOracle(definitions);
  let illegal = 0;
  for (const [name, schema] of definitions) {
    const valid = oracle(name);
    const [value] = fc.sample(arbitraryOf(schema, definitions), { numRuns: 1, seed: SEED });
    for (const mutant of mutantsOf(value)) {
      if (valid(mutant.value)) continue;
      illegal++;
      // One call of `expect` for each of thousands of mutants takes longer than the checks.
      if (is[name]?.(mutant.value) !== false || parse[name]?.(mutant.value).ok !== false)
        expect.fail(`${name} accepts: ${mutant.kind} ${mutant.pointer}`);
    }
  }
  expect(illegal).toBeGreaterThan(2500);
});

describe('results are told apart by resultType', async () => {
  const { is, parse } = await loadValidators(buildModel(readEmbeddedSchema('2026-07-28')));
  test.each([
    [true, { resultType: 'complete', content: [] }],
    [true, { content: [] }],
    [true, { resultType: 'input_required', requestState: 's' }],
    [true, { resultType: 'input_required', inputRequests: {} }],
    [false, { resultType: 'complete' }],
    [false, { resultType: 'complete', content: 'oops' }],
    [false, { resultType: 'complete', content: [{ type: 'text' }] }],
    [false, { resultType: 'complete', tools: [] }],
    [false, { resultType: 'input_required' }],
    [false, { resultType: 'input_required', content: [], inputRequests: 1 }],
    [false, { resultType: 'x-foo', content: [] }],
  ])('%s for %j', (expected, value) => {
    expect(is['CallToolResponse']?.(value)).toBe(expected);
    const envelope = { jsonrpc: '2.0', id: 1, result: value };
    expect(is['CallToolResultResponse']?.(envelope)).toBe(expected);
  });

  test('an absent resultType is filled in, in a copy', () => {
    const value = { content: [] };
    expect(parse['CallToolResponse']?.(value)).toEqual({
      ok: true,
      value: { resultType: 'complete', content: [] },
    });
    expect(value).toEqual({ content: [] });
  });

  test('cache hints that are absent stand for "do not cache"', () => {
    expect(parse['ReadResourceResponse']?.({ resultType: 'complete', contents: [] })).toEqual({
      ok: true,
      value: { resultType: 'complete', contents: [], ttlMs: 0, cacheScope: 'private' },
    });
  });

  test.each([
    ['CallToolResponse', { content: [{ type: 'text' }] }, '/content/0/text', 'a string', 'nothing'],
    ['CallToolResponse', { content: 'oops' }, '/content', 'an array', '"oops"'],
    ['CallToolResponse', { content: [], isError: 'yes' }, '/isError', 'a boolean', '"yes"'],
    [
      'CallToolResponse',
      { resultType: 'input_required', content: [] },
      '',
      '"inputRequests" or "requestState"',
      'neither',
    ],
    ['CallToolResponse', { resultType: 'x-foo' }, '/resultType', '"input_required" or "complete"', '"x-foo"'],
    [
      'CallToolResult',
      { resultType: 'complete', content: [{ type: 'foo' }] },
      '/content/0/type',
      '"text" or "image" or "audio" or "resource_link" or "resource"',
      '"foo"',
    ],
  ])('%s says where %j is wrong', (name, value, pointer, expected, found) => {
    const parsed = parse[name]?.(value);
    expect(parsed).toEqual({ ok: false, errors: [{ pointer, expected, found }] });
  });

  test('messages are what their keys say', () => {
    const request = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
    expect(is['JSONRPCMessage']?.(request)).toBe(true);
    expect(is['JSONRPCMessage']?.({ ...request, result: {} })).toBe(false);
    expect(is['JSONRPCMessage']?.({ jsonrpc: '2.0', method: 'notifications/x' })).toBe(true);
  });
});

test('formats are checked when asked for', async () => {
  const model = buildModel(readEmbeddedSchema('2026-07-28'));
  const [lax, strict] = [await loadValidators(model), await loadValidators(model, true)];
  const resource = { uri: 'not a uri', text: '' };
  expect(lax.is['TextResourceContents']?.(resource)).toBe(true);
  expect(strict.is['TextResourceContents']?.(resource)).toBe(false);
  expect(strict.parse['TextResourceContents']?.(resource)).toEqual({
    ok: false,
    errors: [{ pointer: '/uri', expected: 'text of the format uri', found: '"not a uri"' }],
  });
  expect(strict.is['TextResourceContents']?.({ uri: 'file:///a.txt', text: '' })).toBe(true);
  expect(strict.is['BlobResourceContents']?.({ uri: 'file:///a', blob: 'YQ==' })).toBe(true);
  expect(strict.is['BlobResourceContents']?.({ uri: 'file:///a', blob: 'YQ=' })).toBe(false);
});

const specification = process.env['MRTR_SPEC_DIR'];

test.skipIf(specification === undefined)('the examples of the specification are accepted', async () => {
  const directory = join(specification ?? '', '2026-07-28');
  const document = parseDocument(readFileSync(join(directory, 'schema.json'), 'utf8'), '2026-07-28');
  const { is, parse } = await loadValidators(buildModel(document));
  const examples = join(directory, 'examples');
  expect(existsSync(examples)).toBe(true);
  for (const name of readdirSync(examples)) {
    for (const file of readdirSync(join(examples, name))) {
      const value: unknown = JSON.parse(readFileSync(join(examples, name, file), 'utf8'));
      expect(is[name]?.(value), `${name}/${file}: ${JSON.stringify(parse[name]?.(value))}`).toBe(true);
    }
  }
});
