import { readdirSync, symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';

import { describe, expect, test } from 'vitest';

import { parseTscOutput } from '../../../codemods/project/run-tsc.ts';
import { verifyRewrites } from '../../../codemods/project/verify-rewrites.ts';
import { createProject, linkPackages } from './temporary-project.ts';

const TSCONFIG = JSON.stringify({
  compilerOptions: {
    strict: true,
    module: 'nodenext',
    target: 'es2022',
    lib: ['es5'],
    skipLibCheck: true,
    types: [],
    outDir: 'dist',
  },
  include: ['src'],
});

const SERVER = {
  'package.json': '{ "name": "server", "type": "module" }',
  'tsconfig.json': TSCONFIG,
  'src/answer.ts': 'export const answer: number = 42;\n',
  'src/main.ts': "import { answer } from './answer.js';\nexport const doubled: number = answer * 2;\n",
  'src/deep/unrelated.ts': "import { answer } from '../answer.js';\nexport const half = answer / 2;\n",
};

function listTree(dir: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((path) => !path.startsWith('node_modules'))
    .sort();
}

describe.each(['typescript5', 'typescript', 'typescript7'])('with the %s of the project', (installed) => {
  test('a rewrite that type-checks gives no error and leaves no trace', async () => {
    const dir = createProject(SERVER);
    linkPackages(dir, { typescript: installed });
    const before = listTree(dir);
    const rewritten = new Map([
      [
        join(dir, 'src/main.ts'),
        "import { answer } from './answer.js';\nexport const doubled = answer + answer;\n",
      ],
    ]);
    expect(await verifyRewrites(dir, rewritten)).toEqual({
      newErrors: [],
      baselineErrors: 0,
      baseErrors: [],
      unavailable: undefined,
    });
    expect(listTree(dir)).toEqual(before);
  });

  test('errors show in the rewritten file, in its callers in other directories, and at a new file', async () => {
    const dir = createProject(SERVER);
    linkPackages(dir, { typescript: installed });
    const rewritten = new Map([
      [join(dir, 'src/answer.ts'), "import { text } from './new.js';\nexport const answer: string = text;\n"],
      [join(dir, 'src/new.ts'), 'export const text: string = 1;\n'],
    ]);
    const { newErrors } = await verifyRewrites(dir, rewritten);
    const places = newErrors.map(({ file, line, code }) => `${file?.slice(dir.length + 1)}:${line} ${code}`);
    expect(places.sort()).toEqual([
      'src/deep/unrelated.ts:2 TS2362',
      'src/main.ts:2 TS2362',
      'src/new.ts:1 TS2322',
    ]);
  });

  test('what was wrong before is not held against the rewrite, even when it moves', async () => {
    const wrong = "export const wrong: number = 'x';\n";
    const dir = createProject({ ...SERVER, 'src/wrong.ts': wrong });
    linkPackages(dir, { typescript: installed });
    const moved = new Map([[join(dir, 'src/wrong.ts'), `// a\n// b\n${wrong}`]]);
    expect(await verifyRewrites(dir, moved)).toEqual({
      newErrors: [],
      baselineErrors: 1,
      baseErrors: [],
      unavailable: undefined,
    });
    const doubled = new Map([[join(dir, 'src/wrong.ts'), wrong + wrong.replace('wrong', 'again')]]);
    const { newErrors, baselineErrors } = await verifyRewrites(dir, doubled);
    expect([newErrors.map(({ line }) => line), baselineErrors]).toEqual([[2], 1]);
  });
});

describe('project layouts', () => {
  test('an error that was there before may quote other types now, not another name', async () => {
    const main = (handler: string, name: string): string =>
      `declare function handle(handler: (at: number) => { a: number }): void;\nhandle(${handler});\nexport const value = {}.${name};\n`;
    const dir = createProject({ ...SERVER, 'src/main.ts': main('(at: string) => ({ a: 1 })', 'one') });
    linkPackages(dir, { typescript: 'typescript' });
    const path = join(dir, 'src/main.ts');
    const same = new Map([[path, main('(at: string): { a: number; b: 1 } => ({ a: 1, b: 1 })', 'one')]]);
    expect(await verifyRewrites(dir, same)).toMatchObject({ newErrors: [], baselineErrors: 2 });
    const other = new Map([[path, main('(at: string) => ({ a: 1 })', 'two')]]);
    expect((await verifyRewrites(dir, other)).newErrors).toMatchObject([{ code: 'TS2339' }]);
  });

  test('composite projects, a base configuration and hoisted packages above the project', async () => {
    const root = createProject({
      'tsconfig.base.json': JSON.stringify({
        compilerOptions: { strict: true, module: 'nodenext', types: [], composite: true },
      }),
      'node_modules/hoisted/package.json': '{ "name": "hoisted", "version": "1.0.0", "types": "index.d.ts" }',
      'node_modules/hoisted/index.d.ts': 'export declare const version: number;\n',
      'packages/server/package.json': '{ "name": "server", "type": "module" }',
      'packages/server/tsconfig.json': JSON.stringify({
        extends: '../../tsconfig.base.json',
        include: ['src'],
      }),
      'packages/server/src/main.ts': "import { version } from 'hoisted';\nexport const v = version;\n",
    });
    linkPackages(root, { typescript: 'typescript7' });
    const dir = join(root, 'packages/server');
    const main = join(dir, 'src/main.ts');
    const good = new Map([[main, "import { version } from 'hoisted';\nexport const v: number = version;\n"]]);
    expect((await verifyRewrites(dir, good)).newErrors).toEqual([]);
    const bad = new Map([[main, "import { version } from 'hoisted';\nexport const v: string = version;\n"]]);
    expect((await verifyRewrites(dir, bad)).newErrors).toMatchObject([
      { file: main, line: 2, code: 'TS2322' },
    ]);
  });

  test('a configuration above checks the packages beside the project, too, and only the project gets packages', async () => {
    const root = createProject({
      'package.json': '{ "workspaces": ["packages/*"] }',
      'tsconfig.json': JSON.stringify({
        compilerOptions: { strict: true, module: 'esnext', moduleResolution: 'bundler', types: [] },
        include: ['packages'],
      }),
      'packages/server/package.json': '{ "name": "server" }',
      'packages/server/node_modules/own/package.json': '{ "name": "own", "version": "1.0.0" }',
      'packages/server/src/main.ts': 'export const answer = 1;\n',
      'packages/client/src/main.ts':
        "import { answer } from '../../server/src/main';\nexport const n: number = answer;\n",
      'elsewhere/added/package.json': '{ "name": "added", "version": "1.0.0", "types": "index.d.ts" }',
      'elsewhere/added/index.d.ts': 'export declare const added: string;\n',
    });
    linkPackages(root, { typescript: 'typescript7' });
    const dir = join(root, 'packages/server');
    const packages = new Map([
      ['added', { from: join(root, 'elsewhere/added'), entries: ['package.json', 'index.d.ts'] }],
    ]);
    const text = "import { added } from 'added';\nexport const answer = added;\n";
    const verified = await verifyRewrites(dir, new Map([[join(dir, 'src/main.ts'), text]]), { packages });
    expect(verified).toMatchObject({ unavailable: undefined });
    expect(verified.newErrors).toMatchObject([
      { file: join(root, 'packages/client/src/main.ts'), line: 2, code: 'TS2322' },
    ]);
  });

  test('packages of a workspace that find one another by links are those of the rewritten project', async () => {
    const dir = createProject({
      'package.json': '{ "workspaces": ["packages/*"] }',
      'tsconfig.json': JSON.stringify({
        compilerOptions: { strict: true, module: 'nodenext', types: [] },
        include: ['packages'],
      }),
      'packages/a/package.json': '{ "name": "@w/a", "type": "module", "exports": "./src/a.ts" }',
      'packages/a/src/a.ts': 'export class A { #secret = 1; value = 1; }\n',
      'packages/b/package.json': '{ "name": "@w/b", "type": "module" }',
      'packages/b/src/b.ts':
        "import { A } from '@w/a';\nimport { A as Same } from '../../a/src/a.js';\nexport const a: A = new Same();\nexport const n: number = a.value;\n",
      'node_modules/@w/.keep': '',
    });
    linkPackages(dir, { typescript: 'typescript7' });
    symlinkSync(join(dir, 'packages/a'), join(dir, 'node_modules/@w/a'), 'junction');
    const a = join(dir, 'packages/a/src/a.ts');
    const verify = async (text: string): Promise<readonly object[]> =>
      (await verifyRewrites(dir, new Map([[a, text]]))).newErrors;
    expect(await verify('export class A { #secret = 1; value = 2; }\n')).toEqual([]);
    expect(await verify("export class A { #secret = 1; value = ''; }\n")).toMatchObject([
      { file: join(dir, 'packages/b/src/b.ts'), line: 4, code: 'TS2322' },
    ]);
  });

  test('project references: the configuration that holds the file is checked', async () => {
    const dir = createProject({
      'package.json': '{ "type": "module" }',
      'tsconfig.json': JSON.stringify({ files: [], references: [{ path: './tsconfig.src.json' }] }),
      'tsconfig.src.json': JSON.stringify({
        compilerOptions: { strict: true, composite: true, module: 'nodenext', types: [] },
        include: ['src'],
      }),
      'src/main.ts': 'export const a = 1;\n',
    });
    linkPackages(dir, { typescript: 'typescript7' });
    const { newErrors } = await verifyRewrites(
      dir,
      new Map([[join(dir, 'src/main.ts'), 'export const a: string = 1;\n']]),
    );
    expect(newErrors).toMatchObject([{ code: 'TS2322' }]);
    expect(listTree(dir).filter((path) => path.endsWith('.tsbuildinfo'))).toEqual([]);
  });

  test('a project reached through a symbolic link reports paths as they were named', async () => {
    const dir = createProject({ 'real/.keep': '' });
    const real = createProject(SERVER);
    linkPackages(real, { typescript: 'typescript7' });
    symlinkSync(real, join(dir, 'link'), 'junction');
    const main = join(dir, 'link/src/main.ts');
    const { newErrors } = await verifyRewrites(
      join(dir, 'link'),
      new Map([[main, 'export const x: string = 1;\n']]),
    );
    expect(newErrors.map(({ file }) => file)).toEqual([main]);
  });

  test('a package the project does not have yet shares the types of the packages it has', async () => {
    const dir = createProject({
      ...SERVER,
      'node_modules/sdk/package.json': '{ "name": "sdk", "version": "1.0.0", "types": "index.d.ts" }',
      'node_modules/sdk/index.d.ts': 'export declare class Server { private secret; }\n',
      'elsewhere/added/package.json': '{ "name": "added", "version": "1.0.0", "types": "index.d.ts" }',
      'elsewhere/added/index.d.ts':
        "import type { Server } from 'sdk';\nexport declare function protect(server: Server): void;\n",
      'elsewhere/node_modules/sdk/package.json':
        '{ "name": "sdk", "version": "2.0.0", "types": "index.d.ts" }',
      'elsewhere/node_modules/sdk/index.d.ts': 'export declare class Server { private secret; }\n',
    });
    linkPackages(dir, { typescript: 'typescript7' });
    const text = "import { Server } from 'sdk';\nimport { protect } from 'added';\nprotect(new Server());\n";
    const packages = new Map([
      ['added', { from: join(dir, 'elsewhere/added'), entries: ['package.json', 'index.d.ts'] }],
    ]);
    const { newErrors } = await verifyRewrites(dir, new Map([[join(dir, 'src/main.ts'), text]]), {
      packages,
    });
    expect(newErrors).toEqual([]);
  });

  test('says so when there is nothing to check with', async () => {
    const rewritten = (dir: string): Map<string, string> =>
      new Map([[join(dir, 'src/main.ts'), 'export {};\n']]);
    const bare = createProject(SERVER);
    expect((await verifyRewrites(bare, rewritten(bare))).unavailable).toBe(
      '`typescript` is not installed in the project',
    );
    const { 'tsconfig.json': _, ...withoutConfig } = SERVER;
    const untyped = createProject(withoutConfig);
    linkPackages(untyped, { typescript: 'typescript7' });
    expect((await verifyRewrites(untyped, rewritten(untyped))).unavailable).toBe(
      'no tsconfig.json includes them',
    );
  });
});

test('a file that two configurations include is checked by the one that is nearer', async () => {
  const options = { ...(JSON.parse(TSCONFIG) as { compilerOptions: object }).compilerOptions };
  const configOf = (strict: boolean): string =>
    JSON.stringify({ compilerOptions: { ...options, strict }, include: ['**/*.ts'] });
  const dir = createProject({
    'package.json': '{ "name": "workspace", "type": "module" }',
    'tsconfig.json': configOf(true),
    'scripts/run.ts': 'export const runs = 1;\n',
    'packages/a/tsconfig.json': configOf(false),
    'packages/a/index.ts': 'export const a = (x: number): number => x;\n',
    'packages/a/lax.ts': 'export const lax = 1;\n',
    'packages/b/tsconfig.json': configOf(true),
    'packages/b/index.ts': "import { a } from '../a/index.js';\nexport const b: number = a(1);\n",
  });
  linkPackages(dir, { typescript: 'typescript7' });
  const rewritten = new Map([
    [join(dir, 'scripts/run.ts'), "export const runs: number = '1';\n"],
    [join(dir, 'packages/a/index.ts'), 'export const a = (x: number): string => String(x);\n'],
    // Wrong only where the root has its strict options.
    [join(dir, 'packages/a/lax.ts'), 'export const lax = (x) => x;\n'],
  ]);
  const { newErrors } = await verifyRewrites(dir, rewritten);
  const found = newErrors.map(({ file, code }) => `${relative(dir, file ?? '')} ${code}`);
  expect([...new Set(found)].toSorted()).toEqual([
    `${join('packages', 'b', 'index.ts')} TS2322`,
    `${join('scripts', 'run.ts')} TS2322`,
  ]);
});

test('errors over several lines and without a place are read', () => {
  const output = [
    "src/a.ts(3,7): error TS2322: Type 'A' is not assignable to type 'B'.",
    "  Property 'x' is missing.",
    "error TS5023: Unknown compiler option 'nope'.",
    'Found 2 errors.',
  ].join('\r\n');
  expect(parseTscOutput(output, '/p')).toEqual([
    {
      file: '/p/src/a.ts',
      line: 3,
      column: 7,
      code: 'TS2322',
      message: "Type 'A' is not assignable to type 'B'.\n  Property 'x' is missing.",
    },
    { file: undefined, line: 1, column: 1, code: 'TS5023', message: "Unknown compiler option 'nope'." },
  ]);
});
