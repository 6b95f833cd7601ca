import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { acceptedContent } from '@modelcontextprotocol/server';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { generateFiles } from '../../generator/generate-files.ts';
import { buildModel } from '../../generator/model/build-model.ts';
import { RELEASES, runTsc } from '../harness/run-tsc.ts';
import { readEmbeddedSchema } from './embedded-schemas.ts';
import { loadValidators } from './load-validators.ts';

const document = readEmbeddedSchema('2026-07-28');
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mrtr-modules-'));
  for (const [name, type] of [
    ['both', 'module'],
    ['cjs', 'commonjs'],
  ] as const) {
    await mkdir(join(directory, name));
    await writeFile(join(directory, name, 'package.json'), JSON.stringify({ type }));
    for (const [file, text] of await generateFiles(document, directory, { module: name, formats: true }))
      await writeFile(join(directory, name, file), text);
  }
});

afterAll(async () => {
  await rm(directory, { recursive: true });
});

/** Content policies and Workers forbid `eval`; this flag makes every form of it throw. */
function runWithoutEval(file: string): string {
  const args = ['--disallow-code-generation-from-strings', file];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: directory, encoding: 'utf8' });
  return stdout + stderr;
}

const USES = `
const values = [{ content: [] }, { resultType: 'complete', content: 1 }, { resultType: 'input_required' }, []];
const answer = ({ is, parse, contentOf }) => JSON.stringify([
  values.map((value) => [is.CallToolResponse(value), parse.CallToolResponse(value)]),
  values.map((value) => is.CallToolResult['~standard'].validate(value)),
  contentOf({ properties: { at: { type: 'string', format: 'date' } } }).parse({ at: 'today' }),
]);
`;

test('ES module and CommonJS give the same answers, without eval', async () => {
  await writeFile(
    join(directory, 'both/use.cjs'),
    `${USES}
const cjs = answer(require('./validators.cjs'));
import('./validators.js').then((esm) => console.log(cjs === answer(esm), cjs));`,
  );
  const output = runWithoutEval('both/use.cjs');
  expect(output).toMatch(/^true \[/);
  expect(JSON.parse(output.slice('true '.length))).toEqual([
    [
      [true, { ok: true, value: { resultType: 'complete', content: [] } }],
      [false, { ok: false, errors: [{ pointer: '/content', expected: 'an array', found: '1' }] }],
      [
        false,
        {
          ok: false,
          errors: [{ pointer: '', expected: '"inputRequests" or "requestState"', found: 'neither' }],
        },
      ],
      [false, { ok: false, errors: [{ pointer: '', expected: 'an object', found: 'an array' }] }],
    ],
    [
      { issues: [{ message: 'expected CallToolResult', path: [] }] },
      expect.anything(),
      expect.anything(),
      expect.anything(),
    ],
    {
      ok: false,
      errors: [{ pointer: '/at', expected: 'text of the format date', found: '"today"' }],
    },
  ]);
});

test.each(['both/validators.js', 'both/validators.cjs', 'cjs/validators.cjs'])(
  '%s imports nothing',
  async (file) => {
    const { metafile } = await build({
      entryPoints: [join(directory, file)],
      bundle: true,
      platform: 'neutral',
      write: false,
      metafile: true,
    });
    expect(Object.values(metafile.inputs).flatMap(({ imports }) => imports)).toEqual([]);
  },
);

test('a bundler leaves `parse` out of a program that only checks', async () => {
  const [checks, everything] = await Promise.all(
    ['{ is }', '*'].map(async (names) => {
      const contents = `export ${names} from './validators.js';`;
      const stdin = { contents, resolveDir: join(directory, 'both') };
      const result = await build({ stdin, bundle: true, minify: true, format: 'esm', write: false });
      return result.outputFiles[0]?.text ?? '';
    }),
  );
  expect(checks).not.toContain('JSON.parse');
  expect(checks?.length).toBeLessThan((everything?.length ?? 0) / 2);
});

test.each(RELEASES)('CommonJS programs compile with %s', async (compiler) => {
  const use = '{ const value: unknown = 1; if (is.Tool(value)) value.name satisfies string; }';
  await writeFile(join(directory, 'both/use.cts'), `import { is } from './validators.cjs';\n${use}`);
  await writeFile(
    join(directory, 'cjs/use.ts'),
    `import { is, complete } from './index.js';\ncomplete({});\n${use}`,
  );
  const files = ['both/use.cts', 'both/index.ts', 'cjs/use.ts'];
  expect(runTsc(compiler, directory, files)).toBe('');
});

describe('the content of a form', async () => {
  const { contentOf } = await loadValidators(buildModel(document), true);
  const form = contentOf({
    type: 'object',
    properties: {
      name: { type: 'string', minLength: 2, maxLength: 4 },
      mail: { type: 'string', format: 'email' },
      age: { type: 'integer', minimum: 0, maximum: 150 },
      share: { type: 'number' },
      agreed: { type: 'boolean' },
      color: { type: 'string', enum: ['red', 'blue'] },
      size: {
        type: 'string',
        oneOf: [
          { const: 's', title: 'Small' },
          { const: 'l', title: 'Large' },
        ],
      },
      tags: { type: 'array', items: { type: 'string', enum: ['a', 'b'] }, minItems: 1, maxItems: 2 },
      titled: { type: 'array', items: { anyOf: [{ const: 'x', title: 'X' }] } },
    },
    required: ['name', 'agreed'],
  });
  const minimal = { name: 'Ada', agreed: true };

  test.each([
    minimal,
    {
      ...minimal,
      mail: 'a@example.org',
      age: 36,
      share: 0.5,
      color: 'red',
      size: 's',
      tags: ['a'],
      titled: ['x'],
    },
    { ...minimal, other: 'a form says nothing about other keys' },
  ])('accepts %j', (value) => {
    expect(form.is(value)).toBe(true);
    expect(form.parse(value)).toEqual({ ok: true, value });
  });

  test.each([
    [{ name: 'Ada' }, '/agreed', 'a boolean'],
    [{ ...minimal, name: 'A' }, '/name', 'at least 2 characters'],
    [{ ...minimal, mail: 'example.org' }, '/mail', 'text of the format email'],
    [{ ...minimal, age: 1.5 }, '/age', 'an integer'],
    [{ ...minimal, age: -1 }, '/age', 'at least 0'],
    [{ ...minimal, share: '1' }, '/share', 'a number'],
    [{ ...minimal, color: 'green' }, '/color', '"red" or "blue"'],
    [{ ...minimal, size: 'm' }, '/size', '"s" or "l"'],
    [{ ...minimal, tags: ['c'] }, '/tags/0', '"a" or "b"'],
    [{ ...minimal, tags: [] }, '/tags', 'at least 1 item'],
    [{ ...minimal, titled: ['y'] }, '/titled/0', '"x"'],
    ['Ada', '', 'an object'],
  ])('rejects %j at %s: %s', (value, pointer, expected) => {
    expect(form.is(value)).toBe(false);
    expect(form.parse(value)).toMatchObject({ ok: false, errors: [{ pointer, expected }] });
  });

  test("is what the SDK's acceptedContent takes", () => {
    const responses = (content: unknown) => ({ ask: { action: 'accept', content } });
    expect(acceptedContent(responses(minimal), 'ask', form.parse)).toEqual(minimal);
    expect(acceptedContent(responses({ name: 'Ada' }), 'ask', form.parse)).toBeUndefined();
    expect(acceptedContent(responses(minimal), 'ask', form.is)).toEqual(minimal);
  });
});
