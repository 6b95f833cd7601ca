import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

import { glob } from 'tinyglobby';
import { describe, expect, test } from 'vitest';

import { migrateProject } from '../../codemods/migrate.ts';
import type { MigrationResult } from '../../codemods/project/migration.ts';
import { composeUpgrade } from '../../codemods/sdk-v1/compose-upgrade.ts';
import { findSdkSources, isV1Source, upgradeSources } from '../../codemods/sdk-v1/upgrade-sources.ts';

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

/** As the command does: a server on version 1 of the SDK is brought to version 2 first. */
async function migrate(dir: string): Promise<MigrationResult> {
  const sources = await findSdkSources(dir);
  const v1 = [...sources].flatMap(([path, text]) => (isV1Source(text) ? [path] : []));
  if (v1.length === 0) return migrateProject({ dir, codec: 'mrtr' });
  const upgrade = await upgradeSources(dir, v1);
  const base = new Map([...upgrade.files].map(([path, { after }]) => [path, after]));
  return composeUpgrade(upgrade, await migrateProject({ dir, codec: 'mrtr', base }), dir);
}

describe.each(servers)('%s', (name) => {
  const input = join(root, name, 'input');
  const expected = join(root, name, 'expected');

  test('is migrated as expected, with its report', async () => {
    const result = await migrate(input);
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
    const { files } = await migrate(expected);
    expect([...files.keys()]).toEqual([]);
  });
});
