import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

import { glob } from 'tinyglobby';
import { describe, expect, test } from 'vitest';

import { migrateProject } from '../../codemods/migrate.ts';
import type { MigrationResult } from '../../codemods/project/migration.ts';

/**
 * Whole servers: fixtures/servers/<name>/input is what `mrtr migrate` is given, expected/ the same folder afterwards and
 * expected.txt the report. `UPDATE=1` writes both.
 */
const root = fileURLToPath(new URL('../../fixtures/servers', import.meta.url));
const servers = (await glob('*/input/server.{ts,js}', { cwd: root }))
  .map((path) => dirname(dirname(path)))
  .sort();
const update = process.env['UPDATE'] === '1';

async function textsOf(folder: string): Promise<Record<string, string>> {
  const paths = await glob('**/*.{ts,js}', { cwd: folder });
  return Object.fromEntries(paths.sort().map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}

function report(
  { sites, diagnostics }: MigrationResult,
  originals: Readonly<Record<string, string>>,
): string {
  const lines = [
    ...sites.map(({ file, line, handler, outcome }) => `${file}:${line} ${handler}: ${outcome}`),
    ...diagnostics.map(({ code, title, span }) => {
      const text = originals[span?.file ?? ''] ?? '';
      return `${span?.file}:${text.slice(0, span?.start).split('\n').length} ${code} ${title}`;
    }),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

describe.each(servers)('%s', (name) => {
  const input = join(root, name, 'input');
  const expected = join(root, name, 'expected');

  test('is migrated as expected, with its report', async () => {
    const result = await migrateProject({ dir: input, codec: 'mrtr' });
    const before = await textsOf(input);
    const after = { ...before };
    for (const [path, file] of result.files) after[relative(input, path)] = file.after;
    for (const [path, file] of result.files) expect(file.before).toBe(before[relative(input, path)] ?? '');
    const reported = report(result, before);
    if (update) {
      rmSync(expected, { recursive: true, force: true });
      writeFileSync(join(root, name, 'expected.txt'), reported);
      for (const [path, text] of result.files.size === 0 ? [] : Object.entries(after)) {
        mkdirSync(dirname(join(expected, path)), { recursive: true });
        writeFileSync(join(expected, path), text);
      }
    }
    expect(reported).toBe(readFileSync(join(root, name, 'expected.txt'), 'utf8'));
    expect(result.files.size === 0 ? {} : after).toEqual(await textsOf(expected));
  });

  test('is not changed by a second run', async () => {
    if (Object.keys(await textsOf(expected)).length === 0) return;
    const { files } = await migrateProject({ dir: expected, codec: 'mrtr' });
    expect([...files.keys()]).toEqual([]);
  });
});
