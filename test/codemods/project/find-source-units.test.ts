import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { findSourceUnits } from '../../../codemods/project/find-source-units.ts';
import { mayConcernMcp } from '../../../codemods/project/may-concern-mcp.ts';
import { createProject } from './temporary-project.ts';

async function unitsOf(dir: string): Promise<Record<string, string[]>> {
  const units = await findSourceUnits(dir);
  const short = (path: string): string => path.slice(dir.length + 1);
  return Object.fromEntries(
    units.map(({ tsConfigPath, files }) => [
      tsConfigPath === undefined ? '' : short(tsConfigPath),
      files.map(short),
    ]),
  );
}

describe('with tsconfig.json', () => {
  test('takes what the configuration includes and no declarations', async () => {
    const dir = createProject({
      'tsconfig.json': '{ /* comments are fine */ "include": ["src"], "exclude": ["src/old"], }',
      'src/a.ts': '',
      'src/b.tsx': '',
      'src/c.d.ts': '',
      'src/old/d.ts': '',
      'scripts/e.ts': '',
      'node_modules/p/tsconfig.json': '{}',
      'node_modules/p/index.ts': '',
    });
    expect(await unitsOf(dir)).toEqual({ 'tsconfig.json': ['src/a.ts', 'src/b.tsx'] });
  });

  test('follows references, and a file belongs to the nearest configuration', async () => {
    const dir = createProject({
      'tsconfig.json':
        '{ "files": [], "references": [{ "path": "./packages/a" }, { "path": "./tsconfig.tools.json" }] }',
      'tsconfig.tools.json': '{ "include": ["tools", "packages/a/src"] }',
      'tools/t.ts': '',
      'packages/a/tsconfig.json': '{}',
      'packages/a/src/a.ts': '',
    });
    expect(await unitsOf(dir)).toEqual({
      'tsconfig.tools.json': ['tools/t.ts'],
      'packages/a/tsconfig.json': ['packages/a/src/a.ts'],
    });
  });

  test('a package is found without the configuration of the root', async () => {
    const dir = createProject({
      'packages/a/tsconfig.json': '{}',
      'packages/a/a.ts': '',
      'packages/b/tsconfig.json': '{}',
      'packages/b/b.ts': '',
    });
    expect(Object.keys(await unitsOf(dir)).sort()).toEqual([
      'packages/a/tsconfig.json',
      'packages/b/tsconfig.json',
    ]);
  });

  test('a configuration of another name that a script compiles, for what no tsconfig.json includes', async () => {
    const dir = createProject({
      'package.json':
        '{ "scripts": { "build": "rm -rf dist && tsc -p tsconfig.build.json", "check": "tsc --noEmit -p ./config/strict.json && echo" } }',
      'tsconfig.json': '{ "include": ["test", "src/shared.ts"] }',
      'tsconfig.build.json': '{ "include": ["src"] }',
      'tsconfig.eslint.json': '{ "include": ["scripts"] }',
      'config/strict.json': '{ "include": ["../tools"] }',
      'src/main.ts': '',
      'src/shared.ts': '',
      'test/main.test.ts': '',
      'tools/t.ts': '',
      'scripts/e.ts': '',
    });
    expect(await unitsOf(dir)).toEqual({
      'tsconfig.json': ['src/shared.ts', 'test/main.test.ts'],
      'tsconfig.build.json': ['src/main.ts'],
      'config/strict.json': ['tools/t.ts'],
    });
  });

  test('a project whose only configuration has another name', async () => {
    const dir = createProject({
      'package.json': '{ "scripts": { "build": "tsc --project=tsconfig.build.json" } }',
      'tsconfig.build.json': '{ "include": ["src"] }',
      'src/a.ts': '',
      'b.ts': '',
    });
    expect(await unitsOf(dir)).toEqual({ 'tsconfig.build.json': ['src/a.ts'] });
  });

  test('passes on the compiler options, inherited ones included', async () => {
    const dir = createProject({
      'base.json': '{ "compilerOptions": { "strict": true } }',
      'tsconfig.json': '{ "extends": "./base.json", "compilerOptions": { "jsx": "react-jsx" } }',
      'a.ts': '',
    });
    const [unit] = await findSourceUnits(dir);
    expect(unit?.options).toMatchObject({ strict: true, jsx: 4 });
  });
});

describe('with a tsconfig.json above', () => {
  const workspace = {
    'package.json': '{ "workspaces": ["packages/*"] }',
    'tsconfig.json':
      '{ "compilerOptions": { "strict": true }, "include": ["packages"], "exclude": ["packages/c"] }',
    'packages/a/package.json': '{}',
    'packages/a/src/a.ts': '',
    'packages/b/b.ts': '',
    'packages/c/c.ts': '',
    'packages/d/d.ts': '',
    'packages/d/tsconfig.json': '{}',
  };

  test('takes the files that the nearest one includes, and no other package', async () => {
    const dir = createProject(workspace);
    const units = await findSourceUnits(join(dir, 'packages/a'));
    expect(units).toMatchObject([
      {
        tsConfigPath: join(dir, 'tsconfig.json'),
        files: [join(dir, 'packages/a/src/a.ts')],
        options: { strict: true },
      },
    ]);
  });

  test.each([
    ['one that leaves the directory out', 'packages/c', {}],
    ['one behind the root of the git repository', 'packages/a', { 'packages/.git/HEAD': '' }],
    [
      'one that leaves out what asks',
      'packages/a',
      { 'packages/a/server.js': 'await ctx.mcpReq.elicitInput({});' },
    ],
  ])('not %s', async (_, path, files) => {
    const dir = createProject({ ...workspace, ...files });
    expect(await findSourceUnits(join(dir, path))).toMatchObject([{ tsConfigPath: undefined }]);
  });

  test('not where the directory has one itself', async () => {
    const dir = createProject(workspace);
    expect(await unitsOf(join(dir, 'packages/d'))).toEqual({ 'tsconfig.json': ['d.ts'] });
  });

  test('not above the outermost package, where no repository is', async () => {
    const dir = createProject({ 'tsconfig.json': '{}', 'a/package.json': '{}', 'a/a.ts': '' });
    expect(await unitsOf(join(dir, 'a'))).toEqual({ '': ['a.ts'] });
  });
});

describe('without tsconfig.json', () => {
  test('takes sources of all kinds outside of output and package directories', async () => {
    const names = [
      'a.ts',
      'b.js',
      'c.mjs',
      'd.cts',
      'e.jsx',
      'src/f.mts',
      'node_modules/p/g.js',
      'dist/h.js',
      '.cache/i.js',
      'j.d.ts',
      'k.json',
    ];
    const dir = createProject(Object.fromEntries(names.map((name) => [name, ''])));
    expect(await unitsOf(dir)).toEqual({ '': ['a.ts', 'b.js', 'c.mjs', 'd.cts', 'e.jsx', 'src/f.mts'] });
  });

  test.each([
    ['no-such-directory', 'MRTR6001'],
    ['empty', 'MRTR6005'],
  ])('%s is told as %s', async (path, code) => {
    const dir = createProject({ 'empty/readme.md': '' });
    await expect(findSourceUnits(join(dir, path))).rejects.toMatchObject({ diagnostics: [{ code }] });
  });
});

test.each([
  ['await ctx.mcpReq.elicitInput({', true],
  ["extra.sendRequest({ method: 'sampling/createMessage' })", true],
  ["import { serve } from '@modelcontextprotocol/node';", true],
  ["import express from 'express';\napp.listen(3000);", false],
])('the text filter: %s → %s', (text, expected) => {
  expect(mayConcernMcp(text)).toBe(expected);
});
