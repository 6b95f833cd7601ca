import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const page = readFileSync(join(repository, 'docs/peers.md'), 'utf8');

interface Row {
  readonly behaviour: string;
  readonly peers: readonly string[];
  readonly file: string;
  readonly title: string;
}

function readRows(): Row[] {
  const rows = page.matchAll(/^\| (.+?) +\| (.+?) +\| `(test\/\S+)`: `(.+?)` +\|$/gm);
  return [...rows].map(([, behaviour = '', peers = '', file = '', title = '']) => ({
    behaviour,
    peers: [...peers.matchAll(/\[(\d+)\]/g)].flatMap(([, number]) => number ?? []),
    file,
    title,
  }));
}

const rows = readRows();

test('the table is read whole', () => {
  const lines = page.split('\n').filter((line) => /^\| \D.*`test\//.test(line));
  expect(rows.length).toBe(lines.length);
  expect(rows.length).toBeGreaterThan(40);
});

test.each(rows.map((row) => [row.behaviour, row] as const))('%s', (_behaviour, { peers, file, title }) => {
  const path = join(repository, file);
  expect(existsSync(path), file).toBe(true);
  const source = readFileSync(path, 'utf8');
  expect(source.includes(title), `"${title}" in ${file}`).toBe(true);
  for (const number of peers) expect(page).toMatch(new RegExp(`^\\| ${number} +\\| \\S+ +\\| \``, 'm'));
});
