import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { migrateCommand } from '../../cli/commands/migrate.ts';
import type { MigrateProject, MigratedSite } from '../../codemods/project/migration.ts';
import { diag } from '../../diagnostics/catalog.gen.ts';
import { createProject, linkPackages } from '../codemods/project/temporary-project.ts';
import { commitAll } from '../harness/commit-all.ts';
import { runCli } from './run-cli.ts';
import type { CliRun } from './run-cli.ts';

/**
 * A codemod as small as can be: `ask(x)` becomes `asked(x)`, imported from a file it adds, and every `keep(x)` is
 * diagnosed. With `ask('wrong')` it makes a mistake that only the type checker sees; its compiled form is `mark(ask)(x)`.
 */
const smallCodemod: MigrateProject = ({ dir, skip = new Set(), unreadable = new Set(), onProgress }) => {
  const files = new Map<string, { before: string; after: string }>();
  const sites: MigratedSite[] = [];
  const diagnostics = [];
  const names = readdirSync(join(dir, 'src'))
    .filter((name) => name !== 'asked.ts')
    .sort();
  for (const [index, name] of names.entries()) {
    const path = join(dir, 'src', name);
    if (skip.has(path)) continue;
    onProgress?.({ done: index + 1, total: names.length, file: name });
    const before = readFileSync(path, 'utf8');
    for (const { 0: call, index: start } of before.matchAll(/^(?:ask|keep)\(.*?\)/gm)) {
      const isLeft = call.startsWith('keep');
      const line = before.slice(0, start).split('\n').length;
      sites.push({
        file: `src/${name}`,
        line,
        handler: name,
        asks: 1,
        outcome: isLeft ? 'diagnosed' : unreadable.has(path) ? 'compiled' : 'guard',
      });
      const span = { file: `src/${name}`, start, end: start + call.length };
      if (call.startsWith('keep')) diagnostics.push(diag.fileUnreadable(span, { path: 'p', reason: 'kept' }));
    }
    if (!/^ask\(/m.test(before)) continue;
    if (unreadable.has(path)) {
      files.set(path, { before, after: before.replaceAll(/^ask\(/gm, '((mark) => mark)(ask)(') });
      continue;
    }
    const after = `import { asked } from './asked.js';\nimport 'mrtr/runtime';\n${before.replaceAll(/^ask\(/gm, 'asked(')}`;
    files.set(path, { before, after });
  }
  if (files.size > 0)
    files.set(join(dir, 'src/asked.ts'), {
      before: '',
      after: "export declare function asked(x: 'a' | 'b'): void;\n",
    });
  return Promise.resolve({ files, sites, diagnostics });
};

const MANIFEST = '{\n\t"name": "server",\n\t"type": "module"\n}\n';
const PROJECT = {
  'package.json': MANIFEST,
  'tsconfig.json': JSON.stringify({
    compilerOptions: {
      strict: true,
      module: 'nodenext',
      types: [],
      skipLibCheck: true,
      noUncheckedSideEffectImports: false,
    },
  }),
  'src/a.ts': "declare function ask(x: string): void;\r\nask('a');\r\n",
  'src/b.ts': "declare function ask(x: string): void;\nask('b');\n",
};

function createServer(files: Readonly<Record<string, string>> = PROJECT): string {
  const dir = createProject(files);
  linkPackages(dir, { typescript: 'typescript7' });
  return dir;
}

function migrate(...args: readonly string[]): Promise<CliRun> {
  return runCli(['migrate', ...args], (io) => [migrateCommand(io, () => Promise.resolve(smallCodemod))]);
}

const read = (dir: string, path: string): string => readFileSync(join(dir, path), 'utf8');

describe('writing', () => {
  test('marks what is left with --markers, once, and takes the mark back when it is done', async () => {
    const text = "declare function keep(x: string): void;\nkeep('a');\n";
    const dir = createServer({ ...PROJECT, 'src/b.ts': text });
    const run = (): Promise<CliRun> => migrate(dir, '--markers', '--allow-dirty', '--no-verify');
    await run();
    const marked = readFileSync(join(dir, 'src/b.ts'), 'utf8');
    expect(marked).toMatch(/void;\n\/\* @mrtr-todo MRTR6001 .*kept.* \*\/\nkeep\('a'\);\n$/);
    await run();
    expect(readFileSync(join(dir, 'src/b.ts'), 'utf8')).toBe(marked);
    writeFileSync(join(dir, 'src/b.ts'), marked.replace('\nkeep', '\nvoid'));
    await run();
    expect(readFileSync(join(dir, 'src/b.ts'), 'utf8')).toBe(text.replace('\nkeep', '\nvoid'));
  });

  test('writes the files and the dependency, reports, and has nothing to do the second time', async () => {
    const dir = createServer();
    const first = await migrate(dir);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toContain('2 of 2 handlers migrated · 4 files written');
    expect(read(dir, 'src/a.ts')).toBe(
      "import { asked } from './asked.js';\nimport 'mrtr/runtime';\ndeclare function ask(x: string): void;\r\nasked('a');\r\n",
    );
    expect(read(dir, 'package.json')).toMatch(
      /^\{\n\t"name": "server",\n\t"type": "module",\n\t"dependencies": \{\n\t\t"@modelcontextprotocol\/server": "\^\d\S+",\n\t\t"mrtr": "\^\d/,
    );
    const second = await migrate(dir);
    expect(second).toMatchObject({ code: 0 });
    expect(second.stdout).toBe('No handler asks its client in the await style · 0 files written\n');
  });

  test('a handler that stays as it was makes the exit code 1', async () => {
    const dir = createServer({
      ...PROJECT,
      'src/c.ts': "declare function keep(x: string): void;\nkeep('c');\n",
    });
    const { code, stdout } = await migrate(dir);
    expect(code).toBe(1);
    expect(stdout).toContain("--> src/c.ts:2:1\n  |\n2 | keep('c');\n  | ^^^^^^^^^\n");
    expect(stdout).toContain('src/c.ts\n  ✗ c.ts');
    expect(stdout).toContain('2 of 3 handlers migrated · 4 files written · 1 error');
  });

  test('--dry-run prints a patch that git applies, and writes nothing', async () => {
    const dir = createServer();
    const { code, stdout, stderr } = await migrate(dir, '--dry-run');
    expect(code).toBe(0);
    expect(stderr).toContain('4 files would change');
    expect([read(dir, 'src/a.ts'), read(dir, 'package.json')]).toEqual([PROJECT['src/a.ts'], MANIFEST]);
    expect(existsSync(join(dir, 'src/asked.ts'))).toBe(false);
    execFileSync('git', ['apply', '-'], { cwd: dir, input: stdout });
    const applied = readdirSync(join(dir, 'src')).map((name) => read(dir, `src/${name}`));
    const written = createServer();
    await migrate(written);
    expect(applied).toEqual(readdirSync(join(written, 'src')).map((name) => read(written, `src/${name}`)));
  });

  test('--patch writes the same patch to a file', async () => {
    const dir = createServer();
    await migrate(dir, '--dry-run', '--patch', join(dir, 'out.patch'));
    expect(read(dir, 'out.patch')).toBe((await migrate(dir, '--dry-run')).stdout);
  });

  test('--json is one object that names files, sites and places', async () => {
    const dir = createServer({
      ...PROJECT,
      'src/c.ts': "declare function keep(x: string): void;\nkeep('c');\n",
    });
    const { code, stdout } = await migrate(dir, '--json', '--dry-run');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      version: 1,
      command: 'migrate',
      written: false,
      changedFiles: [
        { path: 'package.json', isNew: false },
        {
          path: 'src/a.ts',
          isNew: false,
          diff: expect.stringMatching(/^--- a\/src\/a\.ts\n\+\+\+ b\/src\/a\.ts\n@@ /),
        },
        { path: 'src/asked.ts', isNew: true },
        { path: 'src/b.ts' },
      ],
      sites: [
        { outcome: 'guard' },
        { outcome: 'guard' },
        { file: 'src/c.ts', line: 2, outcome: 'diagnosed' },
      ],
      diagnostics: expect.arrayContaining([
        expect.objectContaining({
          code: 'MRTR6001',
          span: expect.objectContaining({ startPosition: { line: 2, column: 1 } }),
        }),
      ]),
    });
  });

  test('an edit made while the command ran is not overwritten', async () => {
    const dir = createServer();
    const editing: MigrateProject = async (options) => {
      const result = await smallCodemod(options);
      writeFileSync(join(dir, 'src/b.ts'), 'mine');
      return result;
    };
    const { code, stderr } = await runCli(['migrate', dir, '--no-verify'], (io) => [
      migrateCommand(io, () => Promise.resolve(editing)),
    ]);
    expect(code).toBe(2);
    expect(stderr).toContain('error[MRTR6014]: `src/b.ts` is not what was analysed');
    expect([read(dir, 'src/a.ts'), read(dir, 'src/b.ts')]).toEqual([PROJECT['src/a.ts'], 'mine']);
  });

  test('a byte order mark that the compiler drops stays in the file', async () => {
    const dir = createServer({ ...PROJECT, 'src/b.ts': `\uFEFF${PROJECT['src/b.ts']}` });
    const dropping: MigrateProject = async (options) => {
      const { files, ...rest } = await smallCodemod(options);
      const drop = (text: string): string => text.replaceAll('\uFEFF', '');
      const entries = [...files].map(
        ([path, { before, after }]) => [path, { before: drop(before), after: drop(after) }] as const,
      );
      return { ...rest, files: new Map(entries) };
    };
    await runCli(['migrate', dir, '--no-verify'], (io) => [
      migrateCommand(io, () => Promise.resolve(dropping)),
    ]);
    expect(read(dir, 'src/b.ts')).toMatch(/^\uFEFFimport \{ asked \}/);
  });

  test('--report github prints workflow commands', async () => {
    const dir = createServer({
      ...PROJECT,
      'src/c.ts': "declare function keep(x: string): void;\nkeep('c');\n",
    });
    const { stdout } = await migrate(dir, '--report', 'github');
    expect(stdout).toMatch(
      /^::error file=src\/c\.ts,line=2,endLine=2,col=1,title=MRTR6001::cannot read `p`: kept%0ACheck/m,
    );
  });
});

describe('verification', () => {
  const WRONG = { ...PROJECT, 'src/b.ts': "ask('wrong');\n" };

  test('with --fallback compile, what does not type-check in the readable form gets the compiled one', async () => {
    const dir = createServer({
      ...PROJECT,
      'src/b.ts': "declare function ask(x: string): void;\nask('wrong');\n",
    });
    const { code, stdout } = await migrate(dir, '--fallback', 'compile');
    expect(code).toBe(0);
    expect(read(dir, 'src/a.ts')).toContain("asked('a')");
    expect(read(dir, 'src/b.ts')).toContain("((mark) => mark)(ask)('wrong')");
    expect(stdout).not.toContain('MRTR6013');
  });

  test('a file whose rewrite does not type-check stays as it was; the others are migrated', async () => {
    const dir = createServer(WRONG);
    const { code, stdout } = await migrate(dir);
    expect(code).toBe(1);
    expect(read(dir, 'src/b.ts')).toBe(WRONG['src/b.ts']);
    expect(read(dir, 'src/a.ts')).toContain("asked('a')");
    expect(stdout).toMatch(/error\[MRTR6013\]: the rewrite of this file does not type-check.*TS2345/);
    expect(stdout).toContain('--> src/b.ts (rewritten):3:7\n');
    expect(stdout).toContain("3 | asked('wrong');\n");
    expect(stdout).toContain('1 of 2 handlers migrated · 3 files written · 1 error');
  });

  test('--no-verify writes it', async () => {
    const dir = createServer(WRONG);
    expect((await migrate(dir, '--no-verify')).code).toBe(0);
    expect(read(dir, 'src/b.ts')).toContain("asked('wrong')");
  });

  test('an error in a file that was not rewritten takes back every rewrite', async () => {
    const user = "declare module './asked.js' {\n  export const taken: 1;\n}\nexport const asked: 2 = 1;\n";
    const dir = createServer({
      ...PROJECT,
      'src/d.ts': "import { asked } from './asked.js';\nasked('c');\n",
      'src/user.ts': user,
    });
    const { code, stdout } = await migrate(dir);
    expect(code).toBe(1);
    expect(read(dir, 'src/b.ts')).toBe(PROJECT['src/b.ts']);
    expect(stdout).toContain('0 files written');
  });

  test('a compiler that crashes is told and does not stop the migration', async () => {
    const dir = createProject({
      ...PROJECT,
      'node_modules/typescript/package.json': '{ "name": "typescript", "version": "5.0.0" }',
      'node_modules/typescript/bin/tsc': "console.log('out of memory');\nprocess.exit(134);\n",
    });
    const { code, stdout } = await migrate(dir);
    expect(code).toBe(0);
    expect(stdout).toContain('were not type-checked: tsc 5.0.0 exited with 134: out of memory');
  });

  test('without an installed TypeScript the files are written and the report says what was not checked', async () => {
    const dir = createProject(PROJECT);
    const { code, stdout } = await migrate(dir);
    expect(code).toBe(0);
    expect(stdout).toContain(
      'warning[MRTR6012]: the rewritten files were not type-checked: `typescript` is not installed',
    );
    expect(read(dir, 'src/b.ts')).toContain("asked('b')");
  });
});

describe('version control', () => {
  function commitProject(dir: string): void {
    writeFileSync(join(dir, '.gitignore'), 'node_modules\n');
    commitAll(dir);
  }

  test('a dirty tree is refused before anything runs, unless --allow-dirty or --dry-run', async () => {
    const dir = createServer();
    commitProject(dir);
    writeFileSync(join(dir, 'src/b.ts'), `${PROJECT['src/b.ts']}// mine\n`);
    const { code, stdout, stderr } = await migrate(dir);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(
      /^error\[MRTR6010\]: 1 file\(s\) in .* have changes that are not committed\n {2}= note: src\/b\.ts\n/,
    );
    expect((await migrate(dir, '--dry-run', '--no-verify')).code).toBe(0);
    expect((await migrate(dir, '--allow-dirty', '--no-verify')).code).toBe(0);
    expect(read(dir, 'src/b.ts')).toContain('// mine');
  });

  test('a clean tree is migrated without a remark; outside of git there is one', async () => {
    const dir = createServer();
    commitProject(dir);
    expect((await migrate(dir, '--no-verify')).stdout).not.toContain('MRTR6011');
    expect((await migrate(createServer(), '--no-verify')).stdout).toContain('info[MRTR6011]');
  });
});

test('on a terminal, progress shows and is wiped', async () => {
  const dir = createServer();
  let printed = '';
  const io = {
    stdout: { write: () => true },
    stderr: { write: (text: string) => (printed += text), isTTY: true },
    env: {},
  };
  const { main } = await import('../../cli/main.ts');
  await main(['node', 'mrtr', 'migrate', dir, '--no-verify'], io, [
    migrateCommand(io, () => Promise.resolve(smallCodemod)),
  ]);
  expect(printed).toContain('analysing 2/2 b.ts');
  expect(printed.endsWith('\r\u001b[2K')).toBe(true);
});
