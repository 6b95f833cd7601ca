import { spawn } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { createOverlay } from '../../../codemods/project/overlay.ts';
import { createProject } from './temporary-project.ts';

const OVERLAY = join(import.meta.dirname, '../../../codemods/project/overlay.ts');

test('only directories on the way to a differing file are real; the rest are links', async () => {
  const dir = createProject({
    'src/a/x.ts': 'x',
    'src/a/y.ts': 'y',
    'src/b/z.ts': 'z',
    'package.json': '{}',
  });
  const files = new Map([
    [join(dir, 'src/a/x.ts'), 'new x'],
    [join(dir, 'src/new/n.ts'), 'new n'],
  ]);
  const overlay = await createOverlay({ dir, files, packages: new Map() });
  const kinds = ['src', 'src/a', 'src/a/x.ts', 'src/a/y.ts', 'src/b', 'src/new', 'package.json'].map(
    (path) => {
      const isLink = lstatSync(overlay.locate(join(dir, path))).isSymbolicLink();
      return `${path} ${isLink ? 'link' : 'real'}`;
    },
  );
  expect(kinds).toEqual([
    'src real',
    'src/a real',
    'src/a/x.ts real',
    'src/a/y.ts link',
    'src/b link',
    'src/new real',
    'package.json link',
  ]);
  expect(readFileSync(overlay.locate(join(dir, 'src/a/x.ts')), 'utf8')).toBe('new x');
  expect(overlay.original(overlay.locate(join(dir, 'src/b/z.ts')))).toBe(join(dir, 'src/b/z.ts'));
  await overlay.remove();
  expect(existsSync(overlay.locate(dir))).toBe(false);
  expect(readFileSync(join(dir, 'src/b/z.ts'), 'utf8')).toBe('z');
  expect(existsSync(join(dir, 'src/new'))).toBe(false);
});

test('Ctrl-C removes the mirror, not what it links to', async () => {
  const dir = createProject({ 'src/x.ts': 'x', 'temporary/.keep': '' });
  const script = `
    import { createOverlay } from ${JSON.stringify(OVERLAY)};
    await createOverlay({ dir: ${JSON.stringify(dir)}, files: new Map([[${JSON.stringify(join(dir, 'src/new.ts'))}, '']]), packages: new Map() });
    console.log('ready');
    setTimeout(() => {}, 60_000);`;
  const child = spawn(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), '--input-type=module', '-e', script],
    {
      env: { ...process.env, TMPDIR: join(dir, 'temporary') },
    },
  );
  child.stdout.once('data', () => child.kill('SIGINT'));
  const signal = await new Promise((done) => child.on('exit', (_code, name) => done(name)));
  expect(signal).toBe('SIGINT');
  expect(readdirSync(join(dir, 'temporary')).filter((name) => name.startsWith('mrtr-'))).toEqual([]);
  expect(readFileSync(join(dir, 'src/x.ts'), 'utf8')).toBe('x');
});

test('a package that is to come brings what it needs, and nothing is written through a linked scope', async () => {
  const dir = createProject({
    'installed/other/package.json': '{}',
    'project/package.json': '{}',
    'project/node_modules/.keep': '',
    'runtime/dist/index.js': '',
    'devalue/package.json': '{"name":"devalue"}',
  });
  const project = join(dir, 'project');
  symlinkSync(join(dir, 'installed'), join(project, 'node_modules/@scope'), 'junction');
  const dependencies = new Map([['devalue', join(dir, 'devalue')]]);
  const packages = new Map([
    ['@scope/runtime', { from: join(dir, 'runtime'), entries: ['dist'], dependencies }],
  ]);
  const overlay = await createOverlay({ dir: project, files: new Map(), packages, copied: 'files' });
  const at = (path: string): string => overlay.locate(join(project, 'node_modules/@scope', path));
  const found = ['runtime/dist/index.js', 'runtime/node_modules/devalue/package.json', 'other/package.json'];
  expect(found.filter((path) => !existsSync(at(path)))).toEqual([]);
  await overlay.remove();
  expect(readdirSync(join(dir, 'installed'))).toEqual(['other']);
  expect(existsSync(join(dir, 'devalue/package.json'))).toBe(true);
});
