import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, expect, test } from 'vitest';

import { freePorts } from '../../scripts/fleet/services.ts';
import { readTutorial } from '../../scripts/newcomer/read-tutorial.ts';
import { runTutorial } from '../../scripts/newcomer/run-tutorial.ts';
import { linkPackages, repository } from '../../scripts/servers/prepare-copies.ts';

const page = readFileSync(join(repository, 'docs/tutorial.md'), 'utf8');
const hasTools = ['nginx', 'curl', 'git'].every((tool) => spawnSync('which', [tool]).status === 0);
const root = mkdtempSync(join(tmpdir(), 'mrtr-tutorial-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** `npm run newcomer` does all of the page, with the packed package and a registry. */
const UNTIL = '## Upgrade one of them';

test('the page is read whole', () => {
  expect(page).toContain(UNTIL);
  const kinds = readTutorial(page).map(({ kind }) => kind);
  expect(kinds.length).toBe(page.split(/^```\w/m).length - 1);
});

test.skipIf(!hasTools)(
  'a server is written, migrated and run in two processes behind nginx',
  async () => {
    const [entry = 0, first = 0, second = 0] = await freePorts(3);
    const directory = join(root, 'restaurant');
    // Installed packages instead of a registry's.
    const linked = join(root, 'packages/node_modules');
    linkPackages(join(root, 'packages'), ['@modelcontextprotocol', '@types', 'typescript', 'zod']);
    symlinkSync(repository, join(linked, 'mrtr'), 'dir');
    const printed: string[] = [];
    await runTutorial(page.slice(0, page.indexOf(UNTIL)), {
      directory,
      rewrite: (line) => {
        if (line.startsWith('npm install --save-dev')) return undefined;
        if (line.startsWith('npm install')) return `ln -s '${linked}' node_modules`;
        return line
          .replace(/\bnpx tsc\b/, 'node node_modules/typescript/bin/tsc')
          .replace(/\bnpx mrtr\b/, `node '${join(repository, 'bin/mrtr.js')}'`);
      },
      ports: new Map([
        ['8100', String(entry)],
        ['8101', String(first)],
        ['8102', String(second)],
      ]),
      seconds: 220,
      onOutput: (text) => void printed.push(text),
    });
    expect(printed.join('')).toContain('1 of 1 handler migrated');
    expect(readFileSync(join(directory, 'bookings.log'), 'utf8')).toBe('B Ada\n');
    const tracked = execFileSync('git', ['ls-files'], { cwd: directory, encoding: 'utf8' });
    expect(tracked).toContain('src/mcp/');
  },
  240_000,
);
