import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, test } from 'vitest';

import { SECTIONS } from '../../docs/.vitepress/pages.ts';
import { ts } from '../../engine/syntax/ts.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const docs = join(repository, 'docs');
const pages = readdirSync(docs).filter((file) => file.endsWith('.md'));
const manifest = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
  exports: Record<string, string | { default: string }>;
  scripts: Record<string, string>;
};

test('the navigation of the site has every page', () => {
  const shown = SECTIONS.flatMap(({ pages: entries }) => entries.map(([page]) => `${page}.md`));
  expect([...shown, 'index.md'].sort()).toEqual([...pages].sort());
});

interface CodeBlock {
  readonly place: string;
  readonly language: string;
  readonly text: string;
}

function readBlocks(file: string): CodeBlock[] {
  const page = readFileSync(file, 'utf8');
  return [...page.matchAll(/^( *)```(\w+)(?: [^\n]*)?\n([\s\S]*?)^\1```$/gm)].map(
    ({ index, 2: language = '', 3: text = '' }) => ({
      place: `${file.slice(repository.length)}:${page.slice(0, index).split('\n').length}`,
      language,
      text,
    }),
  );
}

const blocks = ['README.md', ...pages.map((page) => `docs/${page}`)].flatMap((file) =>
  readBlocks(join(repository, file)),
);

function titled(languages: readonly string[]): (readonly [string, CodeBlock])[] {
  return blocks.filter(({ language }) => languages.includes(language)).map((block) => [block.place, block]);
}

/** An ellipsis stands for code that does not matter: a whole line, or anything where an expression can be. */
function withoutEllipses(text: string): string {
  return text
    .replaceAll(/^\s*…\s*$/gm, '')
    .replaceAll(/([[{(])\s*…\s*([\]})])/g, '$1$2')
    .replaceAll(/, …/g, '')
    .replaceAll('…', '0');
}

/** The brackets that an excerpt leaves open, closed. */
function closed(code: string): string {
  const open: string[] = [];
  for (const [bracket] of code.replaceAll(/'[^'\n]*'|`[^`]*`|\/\/.*/g, '').matchAll(/[[\](){}]/g))
    if ('[({'.includes(bracket)) open.unshift({ '[': ']', '(': ')', '{': '}' }[bracket] ?? '');
    else open.shift();
  return `${code}\n${open.join('')}`;
}

function syntaxErrors(text: string): string[] {
  const { diagnostics = [] } = ts.transpileModule(text, {
    reportDiagnostics: true,
    compilerOptions: { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext },
    fileName: 'block.ts',
  });
  return diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

describe('code in the pages', () => {
  test.each(titled(['ts', 'js']))(
    '%s is TypeScript, a part of a function, or an expression',
    (_place, { text }) => {
      const code = closed(withoutEllipses(text));
      const readings = [
        code,
        `async () => {\n${code}\n}`,
        `async () => {\nswitch (0) {\n${code}\n}\n}`,
        `void (\n${code}\n)`,
      ];
      expect(
        readings.some((reading) => syntaxErrors(reading).length === 0),
        syntaxErrors(code).join('\n'),
      ).toBe(true);
    },
  );

  test.each(titled(['json']))('%s is JSON', (_place, { text }) => {
    expect(() => void JSON.parse(text)).not.toThrow();
  });

  test.each(titled(['ts', 'js']))('%s imports what the package exports', async (_place, { text }) => {
    for (const [, names = '', path = ''] of text.matchAll(
      /import (?:type )?\{([^}]*)\} from 'mrtr(\/[^']*)?'/g,
    )) {
      const entry = manifest.exports[`.${path}`];
      expect(entry, `mrtr${path}`).toBeDefined();
      const file = typeof entry === 'string' ? entry : (entry?.default ?? '');
      const source = file.replace('./dist/', '').replace(/\.js$/, '.ts');
      const text = readFileSync(join(repository, source), 'utf8');
      for (const name of names.split(',').map((part) => part.trim()))
        if (name !== '') expect(text).toMatch(new RegExp(`\\b${name.replace(/^type /, '')}\\b`));
    }
  });
});

test('every npm script that a page names exists', () => {
  const named = new Set<string>();
  for (const file of ['README.md', ...pages.map((page) => `docs/${page}`)])
    for (const [, name = ''] of readFileSync(join(repository, file), 'utf8').matchAll(/npm run ([\w:-]+)/g))
      named.add(name);
  expect([...named].filter((name) => !(name in manifest.scripts))).toEqual([]);
});
