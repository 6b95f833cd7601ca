import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { ts } from '../../engine/syntax/ts.ts';
import { createProject, linkPackages } from '../codemods/project/temporary-project.ts';
import { runCli } from './run-cli.ts';

const SOURCE = `import { resumable } from 'mrtr/runtime';
type Ctx = { ask(question: string): Promise<string> };
// a comment, and a type, so that lines differ
export const handler = resumable(async (ctx: Ctx) => {
  const a = await ctx.ask('q');
  return a;
});
`;

const { outputText: EMITTED, sourceMapText: MAP } = ts.transpileModule(SOURCE, {
  fileName: 'handler.ts',
  compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, sourceMap: true },
});
const PLAIN = 'export const plain = 1;\n';

const cwd = process.cwd();
afterEach(() => process.chdir(cwd));

function project(files: Readonly<Record<string, string>>): (path: string) => string {
  const dir = createProject({ 'package.json': '{ "name": "scratch" }', ...files });
  process.chdir(dir);
  return (path) => readFileSync(join(dir, path), 'utf8');
}

describe('in place', () => {
  let read: (path: string) => string;
  beforeEach(() => {
    const map = MAP?.replace('"handler.ts"', '"../../src/handler.ts"') ?? '';
    read = project({
      'dist/a/handler.js': EMITTED,
      'dist/a/handler.js.map': map,
      'dist/plain.js': PLAIN,
      'src/handler.ts': SOURCE,
    });
  });

  test('compiles the marked functions, chains the map, leaves other files alone', async () => {
    expect(await runCli(['compile', 'dist'])).toEqual({
      code: 0,
      stdout: '  dist/a/handler.js: handler\n1 function in 1 file compiled\n',
      stderr: '',
    });
    expect(read('dist/a/handler.js')).toContain('resumable({ id: "dist/a/handler.js#handler"');
    expect(read('dist/plain.js')).toBe(PLAIN);
    const map = JSON.parse(read('dist/a/handler.js.map')) as { sources: string[] };
    expect(map.sources).toEqual(['../../src/handler.ts']);
  });

  test('does nothing a second time', async () => {
    await runCli(['compile', 'dist']);
    const once = [read('dist/a/handler.js'), read('dist/a/handler.js.map')];
    expect(await runCli(['compile', 'dist'])).toMatchObject({
      code: 0,
      stdout: 'nothing to compile in 2 files\n',
    });
    expect([read('dist/a/handler.js'), read('dist/a/handler.js.map')]).toEqual(once);
  });

  test.each([['dist/a/handler.js'], ['dist/**/h*.js'], ['./dist/a']])('takes %s', async (path) => {
    expect(await runCli(['compile', path])).toMatchObject({ code: 0 });
    expect(read('dist/a/handler.js')).toContain('hash:');
  });

  test('--check writes nothing and exits with 1 until all is compiled', async () => {
    expect(await runCli(['compile', 'dist', '--check'])).toMatchObject({
      code: 1,
      stdout: '  dist/a/handler.js: handler\n1 function in 1 file not compiled yet\n',
    });
    expect(read('dist/a/handler.js')).toBe(EMITTED);
    await runCli(['compile', 'dist']);
    expect(await runCli(['compile', 'dist', '--check'])).toMatchObject({ code: 0 });
  });

  test('--json says what was compiled where', async () => {
    const { stdout } = await runCli(['compile', 'dist', '--json']);
    expect(JSON.parse(stdout)).toEqual({
      version: 1,
      command: 'compile',
      written: true,
      total: 2,
      files: [
        { path: 'dist/a/handler.js', target: 'dist/a/handler.js', functions: ['dist/a/handler.js#handler'] },
      ],
      diagnostics: [],
    });
  });

  test('refuses what git tracks, unless told', async () => {
    execFileSync('git', ['init', '-q']);
    execFileSync('git', ['add', 'dist']);
    const refused = await runCli(['compile', 'dist']);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('MRTR6020')]);
    expect(read('dist/a/handler.js')).toBe(EMITTED);
    expect(await runCli(['compile', 'dist', '--allow-tracked'])).toMatchObject({ code: 0 });
  });
});

test('a function that cannot be compiled is shown in its source; the others are compiled', async () => {
  const text = `${SOURCE}export const old = resumable((ctx: Ctx) =>\n  __awaiter(ctx));\n`;
  const { outputText, sourceMapText } = ts.transpileModule(text, {
    fileName: 'handler.ts',
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, sourceMap: true },
  });
  const read = project({
    'handler.ts': text,
    'handler.js': outputText,
    'handler.js.map': sourceMapText ?? '',
  });
  const { code, stdout } = await runCli(['compile', 'handler.js']);
  expect([code, stdout]).toEqual([1, expect.stringContaining('--> handler.ts:9:3')]);
  expect(stdout).toContain('9 |   __awaiter(ctx));\n  |   ^^^^^^^^^');
  expect(read('handler.js')).toContain('#handler"');
});

describe('--out', () => {
  test('writes a complete compiled copy with inline maps, and leaves the tree alone', async () => {
    const read = project({
      'src/handler.ts': SOURCE,
      'src/data/x.json': '{}',
      'src/plain.js': PLAIN,
      'src/node_modules/p/index.js': PLAIN,
    });
    expect(await runCli(['compile', 'src', '--out', 'build/src'])).toMatchObject({ code: 0 });
    expect(read('src/handler.ts')).toBe(SOURCE);
    const compiled = read('build/src/handler.ts');
    expect(compiled).toContain('id: "src/handler.ts#handler"');
    const [, data = ''] = /base64,(.*)\n$/.exec(compiled) ?? [];
    expect(JSON.parse(Buffer.from(data, 'base64').toString())).toMatchObject({
      sources: ['../../src/handler.ts'],
    });
    expect([read('build/src/data/x.json'), read('build/src/plain.js')]).toEqual(['{}', PLAIN]);
    expect(existsSync('build/src/node_modules')).toBe(false);
  });

  test('moves maps along', async () => {
    const read = project({ 'dist/handler.js': EMITTED, 'dist/handler.js.map': MAP ?? '' });
    await runCli(['compile', 'dist', '--out', 'deep/out']);
    expect(JSON.parse(read('deep/out/handler.js.map'))).toMatchObject({ sources: ['../../dist/handler.ts'] });
  });

  test.each([[['a', 'b']], [['a/*.ts']], [['out']]])('of %j is refused', async (paths) => {
    project({ 'a/x.ts': PLAIN, 'b/x.ts': PLAIN, 'out/x.ts': PLAIN });
    const { code, stderr } = await runCli(['compile', ...paths, '--out', 'out']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('MRTR6022')]);
  });
});

test.each([
  ['missing', 'MRTR6001'],
  ['handler.ts', 'MRTR6020'],
])('%s cannot be compiled in place: %s', async (path, diagnostic) => {
  const read = project({ 'handler.ts': SOURCE });
  const { code, stderr } = await runCli(['compile', path]);
  expect([code, stderr]).toEqual([2, expect.stringContaining(diagnostic)]);
  expect(read('handler.ts')).toBe(SOURCE);
});

test.each([
  ['typescript7', '"transform": "mrtr/ts-patch"', true],
  ['typescript7', '"name": "mrtr/ts-plugin"', true],
  ['typescript7', '"name": "other"', false],
  ['typescript', '"name": "mrtr/ts-plugin"', false],
])('%s with the plugin { %s }: MRTR6021 is %s', async (typescript, plugin, isReported) => {
  project({
    'base.json': `{ "compilerOptions": { "plugins": [{ ${plugin} }] } }`,
    'tsconfig.json': '{ "extends": "./base.json" }',
    'dist/plain.js': PLAIN,
  });
  linkPackages(process.cwd(), { typescript });
  const { code, stdout } = await runCli(['compile', 'dist']);
  expect([code, stdout.includes('MRTR6021')]).toEqual([0, isReported]);
});
