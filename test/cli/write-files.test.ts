import { spawn } from 'node:child_process';
import * as realFs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { writeFilesAtomically } from '../../cli/write-files.ts';
import type { WriteFs } from '../../cli/write-files.ts';
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';

let dir: string;
beforeEach(async () => {
  dir = await realFs.mkdtemp(join(tmpdir(), 'mrtr-write-'));
});
afterEach(() => realFs.rm(dir, { recursive: true, force: true }));

const at = (...path: string[]): string => join(dir, ...path);

async function writeTree(tree: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(tree)) await realFs.writeFile(at(path), text);
}

async function readTree(): Promise<Record<string, string>> {
  const tree: Record<string, string> = {};
  for (const entry of await realFs.readdir(dir, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    tree[path.slice(dir.length + 1)] = entry.isDirectory()
      ? '(directory)'
      : await realFs.readFile(path, 'utf8');
  }
  return tree;
}

function failure(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: injected`), { code });
}

/** The real file system whose `method` fails from its nth call on (1-based), for `times` calls. */
function failingFs(method: keyof WriteFs, nth: number, code: string, times = 1): WriteFs {
  let calls = 0;
  const original = realFs[method] as (...args: unknown[]) => unknown;
  const failing = (...args: unknown[]): unknown => {
    calls += 1;
    return calls >= nth && calls < nth + times ? Promise.reject(failure(code)) : original(...args);
  };
  return { ...realFs, [method]: failing };
}

async function diagnosticOf(
  work: Promise<void>,
): Promise<{ code: string; title: string; help: string; notes: readonly string[] }> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof DiagnosticError) || error.diagnostics[0] === undefined)
    throw new Error(`no diagnostic: ${String(error)}`);
  return error.diagnostics[0];
}

describe('writing', () => {
  test('writes new and changed files, makes directories and leaves nothing else', async () => {
    await writeTree({ 'a.ts': 'old a' });
    await writeFilesAtomically(
      new Map([
        [at('a.ts'), 'new a'],
        [at('deep/er/b.ts'), 'new b'],
      ]),
    );
    expect(await readTree()).toEqual({
      'a.ts': 'new a',
      deep: '(directory)',
      'deep/er': '(directory)',
      'deep/er/b.ts': 'new b',
    });
  });

  test('does not touch a file whose text is the same', async () => {
    await writeTree({ 'same.ts': 'same' });
    const before = await realFs.stat(at('same.ts'));
    await writeFilesAtomically(new Map([[at('same.ts'), 'same']]));
    const after = await realFs.stat(at('same.ts'));
    expect([after.ino, after.mtimeMs]).toEqual([before.ino, before.mtimeMs]);
  });

  test('removes a file that has no new content, and puts it back when something fails', async () => {
    const tree = { 'a.ts': 'old a', 'gone.ts': 'gone' };
    const files = new Map([
      [at('gone.ts'), undefined],
      [at('never.ts'), undefined],
      [at('a.ts'), 'new a'],
    ]);
    await writeTree(tree);
    await diagnosticOf(writeFilesAtomically(files, failingFs('rename', 1, 'EIO')));
    expect(await readTree()).toEqual(tree);
    await writeFilesAtomically(files);
    expect(await readTree()).toEqual({ 'a.ts': 'new a' });
  });

  test('keeps the mode and writes through a symbolic link', async () => {
    await writeTree({ 'cli.js': 'old' });
    await realFs.chmod(at('cli.js'), 0o750);
    await realFs.symlink('cli.js', at('link.js'));
    await writeFilesAtomically(new Map([[at('link.js'), 'new']]));
    expect((await realFs.lstat(at('link.js'))).isSymbolicLink()).toBe(true);
    expect(await realFs.readFile(at('cli.js'), 'utf8')).toBe('new');
    expect((await realFs.stat(at('cli.js'))).mode & 0o777).toBe(0o750);
  });

  test('copies the backup where the file system has no hard links', async () => {
    await writeTree({ 'a.ts': 'old' });
    await writeFilesAtomically(new Map([[at('a.ts'), 'new']]), failingFs('link', 1, 'EPERM'));
    expect(await readTree()).toEqual({ 'a.ts': 'new' });
  });
});

const files = (): Map<string, string> =>
  new Map([
    [at('a.ts'), 'A'],
    [at('b.ts'), 'B'],
    [at('new/c.ts'), 'C'],
  ]);

describe('failing', () => {
  const tree = { 'a.ts': 'a', 'b.ts': 'b' };

  const places: [method: keyof WriteFs, nth: number][] = [
    ['stat', 2],
    ['readFile', 2],
    ['open', 1],
    ['open', 3],
    ['chmod', 2],
    ['mkdir', 1],
    ['rename', 1],
    ['rename', 2],
    ['rename', 3],
  ];
  test.each(places)('%s failing at call %i leaves the tree as it was', async (method, nth) => {
    await writeTree(tree);
    const error = await diagnosticOf(writeFilesAtomically(files(), failingFs(method, nth, 'ENOSPC')));
    expect(error).toMatchObject({ code: 'MRTR6002', help: expect.stringContaining('Free some space') });
    expect(error.title).toMatch(/^cannot write `.*[ab c]\.ts`: no space left on the device$/);
    expect(await readTree()).toEqual(tree);
  });

  test.each([
    ['EACCES', 'permission denied'],
    ['EROFS', 'the file system is read-only'],
    ['EDQUOT', 'your disk quota is used up'],
    ['EIO', 'EIO: injected'],
  ])('%s is told as "%s"', async (code, reason) => {
    await writeTree(tree);
    const error = await diagnosticOf(writeFilesAtomically(files(), failingFs('open', 1, code)));
    expect(error.title).toContain(reason);
  });

  test('a directory in the way and a file used as a directory', async () => {
    await writeTree(tree);
    await realFs.mkdir(at('dir.ts'));
    const isDirectory = await diagnosticOf(
      writeFilesAtomically(
        new Map([
          [at('a.ts'), 'A'],
          [at('dir.ts'), 'D'],
        ]),
      ),
    );
    expect(isDirectory.title).toContain('there is a directory of that name');
    const notDirectory = await diagnosticOf(
      writeFilesAtomically(
        new Map([
          [at('a.ts'), 'A'],
          [at('b.ts/x.ts'), 'X'],
        ]),
      ),
    );
    expect(notDirectory.title).toContain('part of the path is a file');
    expect(await readTree()).toEqual({ ...tree, 'dir.ts': '(directory)' });
  });

  test('when undoing fails too, the backup stays and is named', async () => {
    await writeTree(tree);
    // rename 1 replaces a.ts; 2 (replace b.ts) and 3 (restore a.ts) fail
    const error = await diagnosticOf(writeFilesAtomically(files(), failingFs('rename', 2, 'EIO', 2)));
    expect(error.code).toBe('MRTR6003');
    const backup = Object.keys(await readTree()).filter((name) => name.endsWith('.mrtr-backup'));
    expect(backup).toHaveLength(1);
    expect(error.notes).toEqual([expect.stringContaining(backup[0] ?? '?')]);
    expect(await realFs.readFile(at(backup[0] ?? '?'), 'utf8')).toBe('a');
  });
});

test.each([
  ['before the first replacement', 'open', { 'a.ts': 'a', 'b.ts': 'b' }],
  ['during the replacements', 'rename', { 'a.ts': 'A', 'b.ts': 'B' }],
])('a signal %s kills the process with a whole tree', async (_when, method, expected) => {
  await writeTree({ 'a.ts': 'a', 'b.ts': 'b' });
  const script = `
    import * as fs from 'node:fs/promises';
    import { writeFilesAtomically } from ${JSON.stringify(join(import.meta.dirname, '../../cli/write-files.ts'))};
    let sent = false;
    const signalling = async (...args) => {
      if (!sent) { sent = true; process.kill(process.pid, 'SIGINT'); await new Promise((done) => setTimeout(done, 50)); }
      return fs.${method}(...args);
    };
    const files = new Map([['a.ts', 'A'], ['b.ts', 'B']]);
    await writeFilesAtomically(files, { ...fs, ${method}: signalling });`;
  const child = spawn(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), '--input-type=module', '-e', script],
    { cwd: dir },
  );
  const signal = await new Promise((done) => child.on('exit', (_code, name) => done(name)));
  expect(signal).toBe('SIGINT');
  expect(await readTree()).toEqual(expected);
});
