import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { migrateCommand } from '../../cli/commands/migrate.ts';
import type { MigrateProject } from '../../codemods/project/migration.ts';
import { createProject } from '../codemods/project/temporary-project.ts';
import { runCli } from './run-cli.ts';
import type { CliRun } from './run-cli.ts';

/** Rewrites `old` in src/a.js to `new`. */
const codemod: MigrateProject = ({ dir }) => {
  const path = join(dir, 'src/a.js');
  const before = readFileSync(path, 'utf8');
  const after = before.replace('old', 'new');
  const site = { file: 'src/a.js', line: 1, handler: 'a', asks: 1, outcome: 'guard' } as const;
  return Promise.resolve({ files: new Map([[path, { before, after }]]), sites: [site], diagnostics: [] });
};

/** A project whose script `test` runs `code`; `word` is what src/a.js exports. */
function createServer(code: string, files: Readonly<Record<string, string>> = {}): string {
  return createProject({
    'package.json': JSON.stringify({ type: 'module', scripts: { test: 'node test.js' } }),
    'src/a.js': "export const word = 'old';\n",
    'test.js': `import { word } from './src/a.js';\n${code}`,
    ...files,
  });
}

function migrate(...args: readonly string[]): Promise<CliRun> {
  return runCli(['migrate', ...args, '--no-verify'], (io) => [
    migrateCommand(io, () => Promise.resolve(codemod)),
  ]);
}

const wordOf = (dir: string): string | undefined =>
  /'(\w+)'/.exec(readFileSync(join(dir, 'src/a.js'), 'utf8'))?.[1];

describe('--test', () => {
  test('writes what passes, and leaves nothing that tests leave behind', async () => {
    const dir = createServer(
      `import { mkdirSync, writeFileSync, existsSync } from 'node:fs';
      import { sibling } from 'sibling';
      if (existsSync('left.txt') || existsSync('node_modules/.vite')) process.exit(3);
      writeFileSync('left.txt', '');
      mkdirSync('node_modules/.vite');
      if (sibling !== word) process.exit(4);`,
      {
        'packages/sibling/package.json': '{"name":"sibling","type":"module","exports":"./index.js"}',
        'packages/sibling/index.js': "export { word as sibling } from '../../src/a.js';\n",
      },
    );
    mkdirSync(join(dir, 'node_modules'));
    symlinkSync(join(dir, 'packages/sibling'), join(dir, 'node_modules/sibling'), 'junction');
    const { code, stdout } = await migrate(dir, '--test');
    expect(stdout).not.toContain('MRTR601[56]');
    expect({ code, word: wordOf(dir) }).toEqual({ code: 0, word: 'new' });
    expect(existsSync(join(dir, 'left.txt'))).toBe(false);
    expect(readdirSync(join(dir, 'node_modules'))).toEqual(['sibling']);
  });

  test('writes nothing when tests fail that passed, and shows the end of what they print', async () => {
    const dir = createServer(
      "if (word !== 'old') { console.log('expected old, got ' + word); process.exit(1); }",
    );
    const { code, stdout } = await migrate(dir, '--test');
    expect(stdout).toContain('error[MRTR6015]: `npm run test` passes as the project is and fails');
    expect(stdout).toContain('expected old, got new');
    expect(stdout).toContain('0 of 1 handler migrated · 0 files written');
    expect({ code, word: wordOf(dir) }).toEqual({ code: 1, word: 'old' });
  });

  test('tests that fail anyway, or are none, are no reason to stop', async () => {
    const failing = createServer("console.error('no database'); process.exit(1);");
    const first = await migrate(failing, '--test');
    expect(first.stdout).toMatch(/warning\[MRTR6016\].*`npm run test` fails without[\s\S]*no database/);
    expect({ code: first.code, word: wordOf(failing) }).toEqual({ code: 0, word: 'new' });
    const none = createServer('', { 'package.json': '{"type":"module"}' });
    const second = await migrate(none, '--test');
    expect(second.stdout).toContain('no package.json has a script `test`');
    expect(wordOf(none)).toBe('new');
  });

  test('a command of its own, in the directory, that does not end in time', async () => {
    const dir = createServer('');
    const command = `node -e "if (!require('fs').readFileSync('src/a.js', 'utf8').includes('old')) setInterval(() => {}, 1000)"`;
    const { stdout } = await migrate(dir, '--test-command', command, '--test-timeout', '1');
    expect(stdout).toContain('error[MRTR6015]');
    expect(stdout).toContain('does not end within 1 s');
    expect(wordOf(dir)).toBe('old');
    const refused = await migrate(dir, '--test', '--test-timeout', 'soon');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('It must be a number of seconds.');
  });

  test('in a workspace without tests at the top, those of the packages that change', async () => {
    const dir = createServer('', {
      'package.json': '{"workspaces":["src"]}',
      'src/package.json': JSON.stringify({ type: 'module', scripts: { test: 'node fail.js' } }),
      'src/fail.js': "import { word } from './a.js'; process.exitCode = word === 'old' ? 0 : 1;",
    });
    const { stdout } = await migrate(dir, '--test');
    expect(stdout).toContain('`npm run test (in src)` passes as the project is');
    expect(wordOf(dir)).toBe('old');
  });
});
