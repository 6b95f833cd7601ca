import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { glob } from 'tinyglobby';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const SENTENCE = /'((?:the|a|an|its|each|there|what) [^'\n]* [^'\n]*)'/g;

it('every reason for an entry that stays has its remedy on the page of MRTR4002', async () => {
  const page = readFileSync(`${root}docs/diagnostics/MRTR4002.md`, 'utf8').toLowerCase();
  const files = await glob('codemods/server-entry/*.ts', {
    cwd: root,
    ignore: '**/extract-*.ts',
  });
  const reasons = files.flatMap((file) =>
    [...readFileSync(`${root}${file}`, 'utf8').matchAll(SENTENCE)].map(([, sentence = '']) => sentence),
  );
  expect(reasons.length).toBeGreaterThan(30);
  expect(reasons.filter((reason) => !page.includes(reason.toLowerCase()))).toEqual([]);
});
