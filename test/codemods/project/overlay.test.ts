import { spawn } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
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
