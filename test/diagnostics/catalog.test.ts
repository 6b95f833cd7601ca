import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { globSync } from 'tinyglobby';
import { expect, test } from 'vitest';

import { catalog, diag } from '../../diagnostics/catalog.gen.ts';
import { fillTemplate } from '../../diagnostics/diagnostic.ts';

const root = join(import.meta.dirname, '../..');
const sources = globSync('{cli,codemods,engine,generator,lint,plugin}/**/*.ts', { cwd: root })
  .map((path) => readFileSync(join(root, path), 'utf8'))
  .join('\n');

test('the catalogue and its index are what the pages say', () => {
  execFileSync(process.execPath, ['--import', 'tsx', 'scripts/gen-diagnostics.ts', '--check'], { cwd: root });
});

test.each(Object.keys(diag))('diag.%s is reported somewhere', (constructor) => {
  expect(new RegExp(`\\bdiag\\s*\\.${constructor}\\b`).test(sources)).toBe(true);
});

test.each(Object.entries(catalog))(
  '%s reads as one line with its names in backticks and no blame',
  (_code, entry) => {
    expect(entry.title).toMatch(/^[a-z`{$\d]/);
    expect(entry.title).not.toMatch(/[.!\n]$|please|you must/i);
    expect(entry.help).toMatch(/^[A-Z`].*[.`)}]$/);
  },
);

test('placeholders are filled, unknown ones stay visible', () => {
  expect(fillTemplate('cannot read `{path}`: {reason} {other}', { path: 'a{reason}', reason: 7 })).toBe(
    'cannot read `a{reason}`: 7 {other}',
  );
  expect(fillTemplate('{toString}', {})).toBe('{toString}');
});
