/**
 * `npm run bench:generate`: everything for 2026-07-28 against json-schema-to-typescript with prettier on the bare schema.
 * Each run is a process of its own, as with the command: nothing is warm. Imports are not counted.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { compile } from 'json-schema-to-typescript';

import { generateFiles } from '../generator/generate-files.ts';
import { parseDocument } from '../generator/source/parse-document.ts';

const RUNS = 7;
const text = readFileSync(new URL('../dist/embedded/2026-07-28.json', import.meta.url), 'utf8');

const CONTENDERS: Readonly<Record<string, () => Promise<string>>> = {
  'mrtr, everything': async () =>
    JSON.stringify([...(await generateFiles(parseDocument(text, '2026-07-28'), process.cwd()))]),
  'json-schema-to-typescript + prettier, types only': () =>
    compile(JSON.parse(text) as object, 'McpSchema', {
      unreachableDefinitions: true,
      additionalProperties: false,
    }),
};

interface Run {
  readonly time: number;
  readonly digest: string;
}

/** What one process measures. */
async function measure(contender: () => Promise<string>): Promise<Run> {
  const start = performance.now();
  const output = await contender();
  const time = performance.now() - start;
  return { time, digest: createHash('sha256').update(output).digest('hex') };
}

function measureInProcess(name: string): Run {
  const args = [...process.execArgv, fileURLToPath(import.meta.url), name];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Run;
}

/** Contenders take turns, so that other load on the machine hits both. */
function compare(): void {
  const names = Object.keys(CONTENDERS);
  const rounds = Array.from({ length: RUNS }, () => names.map(measureInProcess));
  const medians = names.map((name, index) => {
    const runs = rounds.flatMap((round) => round[index] ?? []);
    const times = runs.map(({ time }) => time).sort((a, b) => a - b);
    const median = times[times.length >> 1] ?? NaN;
    const outputs = new Set(runs.map(({ digest }) => digest)).size;
    console.log(`${name}: median ${median.toFixed(0)} ms, ${outputs} distinct output(s)`);
    return median;
  });
  const [own = NaN, peer = NaN] = medians;
  console.log(`${(own / peer).toFixed(2)} times the peer's`);
}

const contender = CONTENDERS[process.argv[2] ?? ''];
if (contender === undefined) compare();
else console.log(JSON.stringify(await measure(contender)));
