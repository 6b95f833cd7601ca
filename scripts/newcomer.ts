/**
 * `npm run newcomer`: does what docs/tutorial.md says, from an empty directory and with the packed package: install, write a
 * server, migrate it, two processes behind nginx, an upgrade, a new key. Needs nginx, curl and git.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { packTarball } from './corpus/migrate-package.ts';
import { freePorts } from './fleet/services.ts';
import { runTutorial } from './newcomer/run-tutorial.ts';
import { repository } from './servers/prepare-copies.ts';

const packed = join(repository, '.work/newcomer');
rmSync(packed, { recursive: true, force: true });
mkdirSync(packed, { recursive: true });
const tarball = await packTarball(packed, { cwd: repository, env: process.env, seconds: 120 });

for (const tool of ['nginx', 'curl', 'git']) execFileSync('which', [tool], { stdio: 'ignore' });
const [entry = 0, first = 0, second = 0] = await freePorts(3);
const directory = mkdtempSync(join(tmpdir(), 'mrtr-newcomer-'));
try {
  await runTutorial(readFileSync(join(repository, 'docs/tutorial.md'), 'utf8'), {
    directory,
    // The version under test is in no registry.
    rewrite: (line) => (line.startsWith('npm install ') ? line.replace(/ mrtr\b/, ` ${tarball}`) : line),
    ports: new Map([
      ['8100', String(entry)],
      ['8101', String(first)],
      ['8102', String(second)],
    ]),
    seconds: 600,
    onOutput: (text) => console.log(text),
  });
} finally {
  rmSync(directory, { recursive: true, force: true });
}
