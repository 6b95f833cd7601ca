/** `npm run bench:generate`: everything for 2026-07-28, against json-schema-to-typescript with prettier on the bare schema. */
import { readFileSync } from 'node:fs';

import { compile } from 'json-schema-to-typescript';

import { generateFiles } from '../generator/generate-files.ts';
import { parseDocument } from '../generator/source/parse-document.ts';

const RUNS = 7;
const text = readFileSync(new URL('../dist/embedded/2026-07-28.json', import.meta.url), 'utf8');

async function medianOf(run: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < RUNS; i++) {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[Math.floor(RUNS / 2)] ?? 0;
}

const ours = await medianOf(() => generateFiles(parseDocument(text, '2026-07-28'), process.cwd()));
const peer = await medianOf(() =>
  compile(JSON.parse(text) as object, 'McpSchema', {
    unreachableDefinitions: true,
    additionalProperties: false,
  }),
);
console.log(
  `everything: ${ours.toFixed(0)} ms; json-schema-to-typescript + prettier, types only: ${peer.toFixed(0)} ms`,
);
