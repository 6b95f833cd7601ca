import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';

import { expect, test } from 'vitest';

import { runBounded, runShell } from '../../scripts/corpus/run-bounded.ts';

const bounds = { cwd: tmpdir(), env: process.env, seconds: 30 };

/** An orphan that was killed is a zombie until somebody waits for it. */
function isRunning(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.trim() !== '' && !stdout.startsWith('Z');
}

test('exit code, output and both streams', async () => {
  const run = await runShell('echo out; echo err >&2; exit 3', bounds);
  expect(run).toMatchObject({ code: 3, timedOut: false, stdout: 'out\n' });
  expect(run.output).toContain('err\n');
});

test('the time limit ends the whole process group', async () => {
  const run = await runShell('sleep 60 & echo $!; sleep 60', { ...bounds, seconds: 0.5 });
  expect(run).toMatchObject({ code: undefined, timedOut: true });
  await expect.poll(() => isRunning(Number(run.stdout))).toBe(false);
});

test('what a command leaves behind ends with it and holds nothing up', async () => {
  const run = await runShell('sleep 60 & echo $!', bounds);
  expect(run.code).toBe(0);
  await expect.poll(() => isRunning(Number(run.stdout))).toBe(false);
});

test('a command that does not exist is a result, not an exception', async () => {
  const run = await runBounded('no-such-command', [], bounds);
  expect(run.code).toBeUndefined();
  expect(run.output).toContain('ENOENT');
});
