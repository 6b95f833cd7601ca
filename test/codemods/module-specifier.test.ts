import { expect, test } from 'vitest';

import { moduleSpecifier } from '../../codemods/module-specifier.ts';
import { ts } from '../../engine/syntax/ts.ts';

const node = { moduleResolution: ts.ModuleResolutionKind.NodeNext };
const bundler = { moduleResolution: ts.ModuleResolutionKind.Bundler };

test.each<readonly [text: string, target: string, options: ts.CompilerOptions, expected: string]>([
  ['', '/p/src/state.ts', node, './state.js'],
  ['', '/p/src/state.mts', node, './state.mjs'],
  ['', '/p/src/state.cts', node, './state.cjs'],
  ['', '/p/src/state.ts', bundler, './state'],
  ['', '/p/src/state.mjs', bundler, './state.mjs'],
  ["import './a.ts';", '/p/src/state.ts', node, './state.ts'],
  ["import './a.js';", '/p/src/state.ts', bundler, './state.js'],
  ["import './a';", '/p/src/state.ts', node, './state'],
  ["import 'package.ts';", '/p/src/state.ts', node, './state.js'],
  ['', '/p/state.ts', node, '../state.js'],
  ['', '/p/src/deep/state.ts', node, './deep/state.js'],
  ['', '/p/node_modules/zod/index.d.ts', node, 'zod'],
  ['', '/p/node_modules/@scope/name/dist/a.d.ts', node, '@scope/name'],
  ['', '/p/node_modules/a/node_modules/b/index.d.ts', node, 'b'],
])('%s %s', (text, target, options, expected) => {
  const file = ts.createSourceFile('/p/src/server.ts', text, ts.ScriptTarget.ES2023, true);
  expect(moduleSpecifier(file, target, options)).toBe(expected);
});
