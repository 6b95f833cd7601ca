import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { findSourceUnits } from '../../../codemods/project/find-source-units.ts';
import { planResolutions } from '../../../codemods/tsconfig/plan-resolutions.ts';
import { createProject, linkPackages } from '../project/temporary-project.ts';

const ASKING = `import { readFile } from 'node:fs/promises';
import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
export const ask = (server: Server) => server.elicitInput({ message: String(readFile) });
`;

interface Setup {
  readonly typescript?: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly typeChecks?: boolean;
}

/** What becomes of the configuration: the options that are set, or why there are none. */
async function plan({ typescript = 'typescript5', options, files = {}, typeChecks = false }: Setup) {
  const dir = createProject({
    'package.json': '{}',
    'tsconfig.json': JSON.stringify({ compilerOptions: { types: [], ...options }, include: ['src'] }),
    'src/ask.ts': ASKING,
    ...files,
  });
  if (typescript !== '') linkPackages(dir, { typescript });
  const plans = await planResolutions(dir, await findSourceUnits(dir), typeChecks);
  const found = plans.get(join(dir, 'tsconfig.json'));
  return found?.kind === 'change' ? found.set : found?.reason;
}

const BUNDLER = { moduleResolution: 'bundler' };
const NODE16 = { module: 'node16', moduleResolution: 'node16' };
const ES = { module: 'es2022', target: 'es2022', moduleResolution: 'node' };
const COMMONJS = { module: 'commonjs', target: 'es2022', moduleResolution: 'node10', esModuleInterop: true };

describe('what a configuration gets', () => {
  test.each([
    ['ES modules', { options: ES }, BUNDLER],
    ['ES modules by the target', { options: { target: 'es2022', moduleResolution: 'node' } }, BUNDLER],
    ['ES modules, the classic way', { options: { ...ES, moduleResolution: 'classic' } }, BUNDLER],
    ['CommonJS of TypeScript 6', { options: COMMONJS, typescript: 'typescript' }, BUNDLER],
    ['CommonJS of TypeScript 5', { options: COMMONJS }, NODE16],
    ['what reads `exports`', { options: { ...ES, moduleResolution: 'bundler' } }, undefined],
    [
      'a TypeScript that is declared only',
      {
        options: COMMONJS,
        typescript: '',
        files: { 'package.json': '{ "devDependencies": { "typescript": "~6.0.3" } }' },
      },
      BUNDLER,
    ],
    [
      'what it inherits',
      {
        options: {},
        files: {
          'tsconfig.json': '{ "extends": "./base.json", "include": ["src"] }',
          'base.json': JSON.stringify({ compilerOptions: ES }),
        },
      },
      BUNDLER,
    ],
  ])('%s', async (_what, setup: Setup, expected) => {
    expect(await plan(setup)).toEqual(expected);
  });
});

describe('why a configuration stays', () => {
  const withScript = (script: string) => ({
    'package.json': JSON.stringify({ scripts: { 'build:cjs': script } }),
  });
  test.each<[string, Setup, string]>([
    [
      'TypeScript 5 writes `import()` in another way with node16',
      { options: COMMONJS, files: { 'src/load.ts': "export const load = () => import('node:fs');\n" } },
      'with `module: node16` the compiler would write another `src/load.js`',
    ],
    [
      'node16 reads the type of a package, which may be ES modules',
      { options: { ...COMMONJS, outDir: 'out' }, files: { 'package.json': '{ "type": "module" }' } },
      'with `module: node16` the compiler would write another `out/src/ask.js`',
    ],
    [
      'node16 has other defaults in TypeScript 5',
      { options: { ...COMMONJS, esModuleInterop: false } },
      '`target` and `esModuleInterop: true` are set',
    ],
    ['other modules', { options: { ...ES, module: 'amd' } }, 'neither ES modules nor CommonJS'],
    ['no TypeScript', { options: ES, typescript: '' }, 'the TypeScript of the project is not known'],
    [
      'an old TypeScript',
      {
        options: ES,
        typescript: '',
        files: { 'package.json': '{ "devDependencies": { "typescript": "^4.9.5" } }' },
      },
      'TypeScript 4 is too old',
    ],
    [
      'another configuration extends it and writes CommonJS',
      {
        options: ES,
        files: {
          'tsconfig.cjs.json':
            '{ "extends": "./tsconfig.json", "compilerOptions": { "module": "commonjs" } }',
        },
      },
      '`tsconfig.cjs.json` extends it',
    ],
    [
      'a script has options of its own',
      { options: ES, files: withScript('tsc -p . --module commonjs') },
      'the script `build:cjs`',
    ],
    [
      'JSON becomes part of the program',
      {
        options: { ...ES, outDir: 'out' },
        files: {
          'src/data.ts': "import data from './data.json';\nexport { data };\n",
          'src/data.json': '{}',
        },
      },
      'the compiler would write another `out/src/data.json`',
    ],
    [
      'what a package exports is a type elsewhere',
      {
        options: { ...ES, outDir: 'out' },
        files: {
          'src/use.ts': "export { level } from 'levels';\n",
          'node_modules/levels/package.json': JSON.stringify({
            types: './index.d.ts',
            exports: { types: './source.d.ts' },
          }),
          'node_modules/levels/index.d.ts': 'export declare const level: 1;\n',
          'node_modules/levels/source.d.ts': 'export type level = 1;\n',
        },
      },
      'the compiler would write another `out/src/use.js`',
    ],
    [
      'types are not found any more',
      {
        typeChecks: true,
        options: { ...ES, strict: true, noEmit: true },
        files: {
          'src/use.ts': "import { level } from 'levels';\nexport const top = level;\n",
          'node_modules/levels/package.json': JSON.stringify({
            types: './types/index.d.ts',
            exports: { default: './index.js' },
          }),
          'node_modules/levels/types/index.d.ts': 'export declare const level: 1;\n',
          'node_modules/levels/index.js': 'export const level = 1;\n',
        },
      },
      'TS7016',
    ],
  ])('%s', async (_why, setup, reason) => {
    expect(await plan(setup)).toContain(reason);
  });
});

test('a configuration above the directory of the run stays', async () => {
  const dir = createProject({
    'tsconfig.json': JSON.stringify({ compilerOptions: ES, include: ['*/src'] }),
    'app/tsconfig.json': '{ "files": [], "references": [{ "path": ".." }] }',
    'app/src/ask.ts': ASKING,
  });
  const root = join(dir, 'app');
  const plans = await planResolutions(root, await findSourceUnits(root), false);
  expect([...plans]).toEqual([
    [join(dir, 'tsconfig.json'), { kind: 'refusal', reason: 'it is not in the directory of the run' }],
  ]);
});

test('configurations that do not ask are not looked at', async () => {
  expect(await plan({ options: ES, files: { 'src/ask.ts': 'export const answer = 42;\n' } })).toBeUndefined();
});
