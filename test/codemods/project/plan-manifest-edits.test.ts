import { join } from 'node:path';

import { expect, test } from 'vitest';

import { findAddedPackages } from '../../../codemods/project/find-added-packages.ts';
import { planManifestEdits } from '../../../codemods/project/plan-manifest-edits.ts';
import { createProject } from './temporary-project.ts';

test('added packages are those the new text imports in any way and the old one does not', () => {
  const before = "import a from 'a';\n";
  const after = `import a from 'a/sub';
import { x } from 'mrtr/runtime';
import type { T } from '@scope/types/deep';
export * from 'reexported';
import './local.js';
import '#internal';
import fs from 'node:fs';
import path from 'path';
const lazy = import('lazy');
const old = require('required');
// import 'commented';
const text = "import 'quoted'";
`;
  expect([...findAddedPackages(before, after)].sort()).toEqual([
    '@scope/types',
    'lazy',
    'mrtr',
    'reexported',
    'required',
  ]);
});

test('each package goes to the nearest manifest, once, and only with a known range', () => {
  const dir = createProject({
    'package.json': '{}',
    'packages/a/package.json': '{ "name": "a" }',
    'packages/a/src/x.ts': '',
    'packages/a/src/y.ts': '',
    'root.ts': '',
  });
  const after = "import 'mrtr/runtime';\nimport 'unknown';\n";
  const files = new Map(
    ['packages/a/src/x.ts', 'packages/a/src/y.ts', 'root.ts'].map((path) => [
      join(dir, path),
      { before: '', after },
    ]),
  );
  const edits = planManifestEdits(dir, files, { mrtr: '^1.0.0' });
  expect([...edits.keys()].sort()).toEqual([join(dir, 'package.json'), join(dir, 'packages/a/package.json')]);
  expect(JSON.parse(edits.get(join(dir, 'packages/a/package.json'))?.after ?? '')).toEqual({
    name: 'a',
    dependencies: { mrtr: '^1.0.0' },
  });
});

test('a manifest above the directory is not touched, and one that has the package stays', () => {
  const dir = createProject({
    'package.json': '{}',
    'server/src/x.ts': '',
    'other/package.json': '{ "dependencies": { "mrtr": "*" } }',
  });
  const rewritten = { before: '', after: "import 'mrtr/runtime';\n" };
  const ranges = { mrtr: '^1.0.0' };
  expect(planManifestEdits(join(dir, 'server'), new Map([['src/x.ts', rewritten]]), ranges).size).toBe(0);
  expect(planManifestEdits(join(dir, 'other'), new Map([['x.ts', rewritten]]), ranges).size).toBe(0);
});

test('only packages that use the runtime get the script', () => {
  const dir = createProject({ 'package.json': '{}', 'a/package.json': '{}', 'b/package.json': '{}' });
  const files = new Map([
    [join(dir, 'a/x.ts'), { before: '', after: "import 'mrtr/runtime';" }],
    [join(dir, 'b/x.ts'), { before: '', after: "import '@modelcontextprotocol/server';" }],
  ]);
  const edits = planManifestEdits(dir, files, {}, [], true);
  expect([...edits.keys()]).toEqual([join(dir, 'a/package.json')]);
  expect(edits.get(join(dir, 'a/package.json'))?.after).toContain('"check:mrtr": "mrtr check"');
});

test.each([
  ['none of version 1 any more', '{ "dependencies": { "@modelcontextprotocol/sdk": "^1.12.0" } }'],
  ['none at all', '{}'],
])('what imports the runtime gets the SDK that the runtime imports: %s', (_, manifest) => {
  const dir = createProject({ 'package.json': manifest });
  const path = join(dir, 'package.json');
  const files = new Map([[join(dir, 'guard.ts'), { before: '', after: "import 'mrtr/runtime';\n" }]]);
  const ranges = { mrtr: '^1.0.0', '@modelcontextprotocol/server': '^2.4.0' };
  const upgrade = { path, added: [], removed: ['@modelcontextprotocol/sdk'] };
  const edits = planManifestEdits(dir, files, ranges, [upgrade]);
  expect(JSON.parse(edits.get(path)?.after ?? '')).toEqual({ dependencies: ranges });
});
