import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test, vi } from 'vitest';

import { createProject } from './temporary-project.ts';

const MODULE = join(import.meta.dirname, '../../../codemods/project/compare-tests.ts');

test('Ctrl-C ends the tests and what they started, and removes the copy', async () => {
  const dir = createProject({
    'package.json': '{}',
    'test.js': `
      const { pid } = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
      console.log('started ' + pid + '!');`,
    'temporary/.keep': '',
  });
  const script = `
    import { compareTests } from ${JSON.stringify(MODULE)};
    const options = { command: 'node test.js', seconds: 60, packages: new Map(), onProgress: console.log };
    await compareTests(${JSON.stringify(dir)}, new Map(), options);`;
  const child = spawn(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), '--input-type=module', '-e', script],
    { env: { ...process.env, TMPDIR: join(dir, 'temporary') } },
  );
  let output = '';
  child.stdout.on('data', (text: Buffer) => (output += text.toString()));
  const startedBy = (): number => Number(/started (\d+)!/.exec(output)?.[1]);
  await vi.waitFor(() => expect(startedBy()).toBeGreaterThan(0), { timeout: 20_000 });
  child.kill('SIGINT');
  const [, signal] = await once(child, 'exit');
  expect(signal).toBe('SIGINT');
  await vi.waitFor(() => expect(isRunning(startedBy())).toBe(false), { timeout: 5_000 });
  expect(readdirSync(join(dir, 'temporary')).filter((name) => name.startsWith('mrtr-'))).toEqual([]);
  expect(readdirSync(dir).sort()).toEqual(['package.json', 'temporary', 'test.js']);
});

/** A process that has ended and that nobody waited for is still listed. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
