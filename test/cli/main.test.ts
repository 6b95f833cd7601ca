import { Command } from 'commander';
import { describe, expect, test } from 'vitest';

import { wantsColor } from '../../cli/io.ts';
import { diag } from '../../diagnostics/catalog.gen.ts';
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import { createProject } from '../codemods/project/temporary-project.ts';
import { runCli } from './run-cli.ts';

function failingWith(error: unknown): Command {
  return new Command('fail').action(() => {
    throw error;
  });
}

test('--help and --version succeed on stdout', async () => {
  expect(await runCli(['--help'])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('Usage: mrtr'),
    stderr: '',
  });
  expect(await runCli(['--version'])).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
  });
});

test.each([[['nonsense']], [['--nonsense']], [['explain']]])(
  '%j is a usage error: exit code 2, told on stderr',
  async (args) => {
    const { code, stdout, stderr } = await runCli(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^error: .*\n/);
  },
);

test('options of the program are known behind a command', async () => {
  expect((await runCli(['explain', '6001', '--no-color'])).code).toBe(0);
});

describe('failures', () => {
  test('a diagnostic is printed with its code frame, and the exit code is 2', async () => {
    const text = 'const state = 1;\nask(state);\n';
    const file = `${createProject({ 'handler.ts': text })}/handler.ts`;
    const at = (wanted: string) => ({
      file,
      start: text.indexOf(wanted),
      end: text.indexOf(wanted) + wanted.length,
    });
    const related = [{ span: at('state = 1'), label: 'defined here' }];
    const error = new DiagnosticError(
      diag.fileUnreadable(
        at('ask(state)'),
        { path: 'x', reason: 'why' },
        { related, notes: ['a note\nin two lines'] },
      ),
    );
    const { code, stdout, stderr } = await runCli(['fail'], () => [failingWith(error)]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr.replaceAll(file, 'handler.ts')).toBe(
      [
        'error[MRTR6001]: cannot read `x`: why',
        '  --> handler.ts:2:1',
        '  |',
        '1 | const state = 1;',
        '  |       --------- defined here',
        '2 | ask(state);',
        '  | ^^^^^^^^^^',
        '  |',
        '  = note: a note',
        '    in two lines',
        '  = help: Check that the path exists and that you may read it.',
        '  = more: mrtr explain MRTR6001 (docs/diagnostics/MRTR6001.md)',
        '',
      ].join('\n'),
    );
  });

  test('anything else is our bug: MRTR9001, and the stack with --verbose only', async () => {
    const quiet = await runCli(['fail'], () => [failingWith(new TypeError('x is undefined'))]);
    expect(quiet.code).toBe(2);
    expect(quiet.stderr).toMatch(/^error\[MRTR9001\]: internal error: x is undefined\n/);
    expect(quiet.stderr).not.toContain('main.test.ts');
    const verbose = await runCli(['fail', '--verbose'], () => [failingWith(new TypeError('x is undefined'))]);
    expect(verbose.stderr).toContain('main.test.ts');
    expect((await runCli(['fail'], () => [failingWith('a string')])).stderr).toContain(
      'internal error: a string',
    );
  });
});

test.each([
  [{}, true, true],
  [{}, undefined, false],
  [{ NO_COLOR: '1' }, true, false],
  [{ NO_COLOR: '' }, true, true],
  [{ NO_COLOR: '1', FORCE_COLOR: '1' }, true, false],
  [{ FORCE_COLOR: '1' }, undefined, true],
  [{ FORCE_COLOR: '0' }, true, false],
  [{ TERM: 'dumb' }, true, false],
])('colours with %j on a terminal (%s): %s', (env, isTTY, expected) => {
  expect(wantsColor({ write: () => true, isTTY }, env)).toBe(expected);
});
