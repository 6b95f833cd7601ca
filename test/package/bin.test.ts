import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

const bin = fileURLToPath(new URL('../../bin/mrtr.js', import.meta.url));

function runBin(...args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [bin, ...args], {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
}

test('the built executable answers --version from package.json', async () => {
  const { default: manifest } = (await import('../../package.json', { with: { type: 'json' } })) as {
    default: { version: string };
  };
  expect(runBin('--version')).toMatchObject({ status: 0, stdout: `${manifest.version}\n` });
});

test('documentation pages ship with it', () => {
  const { status, stdout } = runBin('explain', '6001');
  expect(status).toBe(0);
  expect(stdout).toMatch(/^# MRTR6001: file unreadable\n/);
});

test('a command that cannot run exits with 2 and explains itself on stderr', () => {
  const { status, stdout, stderr } = runBin('explain', 'MRTR0000');
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^error\[MRTR6004\]: there is no diagnostic `MRTR0000`\n/);
});

test('importing the package has no side effects on the process', () => {
  const code = "const m = await import('mrtr'); process.stdout.write(Object.keys(m).join())";
  const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    encoding: 'utf8',
  });
  expect(status).toBe(0);
  expect(stdout).toContain('DiagnosticError');
});
