import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { SECTIONS } from '../../docs/.vitepress/pages.ts';
import { readBlocks, repository } from './read-blocks.ts';
import type { CodeBlock } from './read-blocks.ts';

const docs = join(repository, 'docs');
const pages = readdirSync(docs).filter((file) => file.endsWith('.md'));
const manifest = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
  exports: Record<string, unknown>;
  scripts: Record<string, string>;
};

test('the navigation of the site has every page', () => {
  const shown = SECTIONS.flatMap(({ pages: entries }) => entries.map(([page]) => `${page}.md`));
  expect([...shown, 'index.md'].sort()).toEqual([...pages].sort());
});

const blocks = ['README.md', ...pages.map((page) => `docs/${page}`)].flatMap(readBlocks);

function titled(languages: readonly string[]): (readonly [string, CodeBlock])[] {
  return blocks.filter(({ language }) => languages.includes(language)).map((block) => [block.place, block]);
}

describe('code in the pages', () => {
  test.each(titled(['json']))('%s is JSON', (_place, { text }) => {
    expect(() => void JSON.parse(text)).not.toThrow();
  });

  test.each(titled(['ts', 'js']))('%s imports entries of the package', (_place, { text }) => {
    for (const [, entry = ''] of text.matchAll(/from 'mrtr(\/[^']*)?'/g))
      expect(Object.keys(manifest.exports)).toContain(`.${entry}`);
  });
});

test('every npm script that a page names exists', () => {
  const named = new Set<string>();
  for (const file of ['README.md', ...pages.map((page) => `docs/${page}`)])
    for (const [, name = ''] of readFileSync(join(repository, file), 'utf8').matchAll(/npm run ([\w:-]+)/g))
      named.add(name);
  expect([...named].filter((name) => !(name in manifest.scripts))).toEqual([]);
});
