import { join } from 'node:path';

import { expect, test } from 'vitest';

import { formatRewrites } from '../../../codemods/project/format-rewrites.ts';
import { createProject, linkPackages } from './temporary-project.ts';

function project(files: Readonly<Record<string, string>>, install = true): string {
  const dir = createProject(files);
  if (install) linkPackages(dir, { prettier: 'prettier' });
  return dir;
}

async function format(dir: string, before: string, after: string): Promise<string | undefined> {
  const path = join(dir, 'server.ts');
  const formatted = await formatRewrites(new Map([[path, { before, after }]]), dir);
  return formatted.get(path)?.after;
}

test('a formatted file stays formatted, in the style of its project', async () => {
  const dir = project({ '.prettierrc': '{ "semi": false, "singleQuote": true }' });
  expect(await format(dir, `export const a = 'x'\n`, `export const a = "y";\n`)).toBe(
    `export const a = 'y'\n`,
  );
});

test('a file that is not formatted keeps its layout', async () => {
  const after = `export   const a = "y"\n`;
  expect(await format(project({}), `export   const a = "x"\n`, after)).toBe(after);
});

test('a new file is formatted', async () => {
  expect(await format(project({}), '', `export   const a = 'y'\n`)).toBe(`export const a = "y";\n`);
});

test.each([
  ['is ignored', { '.prettierignore': 'server.ts\n' }, true],
  ['has no prettier', {}, false],
  ['has a configuration that does not load', { '.prettierrc': '{ "plugins": ["./none.js"] }' }, true],
])('a file that %s stays as it is', async (_, files, install) => {
  const after = `export const a = 'y'\n`;
  expect(await format(project(files, install), '', after)).toBe(after);
});
