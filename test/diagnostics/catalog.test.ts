import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { globSync } from 'tinyglobby';
import { expect, test } from 'vitest';

import { catalog, diag } from '../../diagnostics/catalog.gen.ts';
import { fillTemplate } from '../../diagnostics/diagnostic.ts';

const root = join(import.meta.dirname, '../..');
const textOf = (pattern: string): string =>
  globSync(pattern, { cwd: root })
    .map((path) => readFileSync(join(root, path), 'utf8'))
    .join('\n');
const sources = textOf('{cli,codemods,engine,generator,lint,plugin}/**/*.ts');
const runtime = textOf('runtime/**/*.ts');

test('the catalogue and its index are what the pages say', () => {
  execFileSync(process.execPath, ['--import', 'tsx', 'scripts/gen-diagnostics.ts', '--check'], { cwd: root });
});

test.each(Object.entries(catalog))('%s is reported somewhere', (code, { slug }) => {
  const constructor = slug.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  expect(diag).toHaveProperty(constructor);
  const isReported = new RegExp(`\\bdiag\\s*\\.${constructor}\\b`).test(sources);
  // The runtime has errors of its own, which name their page.
  expect(isReported || runtime.includes(`'${code}'`)).toBe(true);
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
