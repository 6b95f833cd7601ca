import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { build } from 'esbuild';
import { expect, test } from 'vitest';

import { generateFiles } from '../../generator/generate-files.ts';
import { readEmbeddedSchema } from './embedded-schemas.ts';

interface Cases<T> {
  readonly complete: (result: object) => T;
  readonly inputRequired: (result: object) => T;
}

interface Generated {
  readonly complete: (result: object) => object;
  readonly inputRequired: (parts: object) => object;
  readonly toInputRequired: (result: object) => object;
  readonly isComplete: (response: object) => boolean;
  readonly isInputRequired: (response: object) => boolean;
  readonly match: <T>(response: object, cases: Cases<T>) => T;
  readonly mayRequireInput: (method: string) => boolean;
  readonly methodsWithInputRequired: readonly string[];
  readonly isRequest: (message: object, method: string) => boolean;
  readonly isNotification: (message: object, method: string) => boolean;
}

/** Everything but the validators, as a program that imports it gets it. */
async function loadGenerated(revision: string): Promise<Generated> {
  const directory = await mkdtemp(join(tmpdir(), 'mrtr-responses-'));
  for (const [name, text] of await generateFiles(readEmbeddedSchema(revision), directory))
    await writeFile(join(directory, name), text);
  const entryPoints = [join(directory, 'index.ts')];
  const { outputFiles } = await build({ entryPoints, bundle: true, format: 'esm', write: false });
  await rm(directory, { recursive: true });
  return (await import(
    `data:text/javascript,${encodeURIComponent(outputFiles[0]?.text ?? '')}`
  )) as Generated;
}

const generated = await loadGenerated('2026-07-28');
const { complete, inputRequired, toInputRequired, isComplete, isInputRequired, match } = generated;

test('builders mark what they build and leave what they are given alone', () => {
  const plain = { content: [] };
  expect(complete(plain)).toEqual({ content: [], resultType: 'complete' });
  expect(complete({ ...plain, resultType: 'other' })).toEqual(complete(plain));
  expect(plain).toEqual({ content: [] });
  const asked = { requestState: 's', resultType: 'input_required' };
  expect(inputRequired({ requestState: 's' })).toEqual(asked);
  expect(toInputRequired({ requestState: 's', resultType: 'anything', _meta: {} })).toEqual({
    ...asked,
    _meta: {},
  });
  expect(toInputRequired({ inputRequests: {} })).toEqual({ inputRequests: {}, resultType: 'input_required' });
  expect(() => toInputRequired({ resultType: 'input_required' })).toThrow(TypeError);
});

test.each([
  [{ resultType: 'complete' }, 'complete'],
  [{}, 'complete'],
  [{ resultType: undefined }, 'complete'],
  [{ resultType: 'input_required' }, 'input required'],
  [{ resultType: 'x-extension' }, undefined],
])('%j is %s', (response, expected) => {
  expect(isComplete(response)).toBe(expected === 'complete');
  expect(isInputRequired(response)).toBe(expected === 'input required');
  const cases = { complete: () => 'complete', inputRequired: () => 'input required' };
  if (expected === undefined) expect(() => match(response, cases)).toThrow('unknown resultType');
  else expect(match(response, cases)).toBe(expected);
});

test('match hands over the response', () => {
  const response = { content: [] };
  expect(match(response, { complete: (result) => result, inputRequired: () => undefined })).toBe(response);
});

test('methods that may be answered with a request for input', () => {
  expect(generated.methodsWithInputRequired).toEqual(['tools/call', 'prompts/get', 'resources/read']);
  expect(generated.mayRequireInput('tools/call')).toBe(true);
  expect(generated.mayRequireInput('tools/list')).toBe(false);
});

test('messages are told apart by their method', () => {
  expect(generated.isRequest({ method: 'tools/call' }, 'tools/call')).toBe(true);
  expect(generated.isRequest({ method: 'tools/list' }, 'tools/call')).toBe(false);
  expect(generated.isNotification({ method: 'notifications/progress' }, 'notifications/progress')).toBe(true);
});

test('a revision without such responses has only what it can use', async () => {
  const older = await loadGenerated('2025-06-18');
  expect(older.methodsWithInputRequired).toEqual([]);
  expect(older).not.toHaveProperty('inputRequired');
  expect(older.isRequest({ method: 'tools/call' }, 'tools/call')).toBe(true);
});
