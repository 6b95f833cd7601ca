/**
 * `npm run fuzz -- [programs] [first seed] [--workers n]`: random handlers, native against compiled. What differs is
 * made small and becomes a fixture.
 */
import { fork } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

import type { Difference } from '../test/fuzz/compare-modes.ts';
import type { Report, Share } from './fuzz/worker.ts';

/** A program that takes longer does not end. */
const PATIENCE_MS = 60_000;
/** What making one small may take; the seed is known by then. */
const SHRINKING_MS = 600_000;
const MAX_DIFFERENCES = 5;
/** Most of what a program allocates ends with it: in a larger young generation, before it is copied. */
const EXEC_ARGV = [...process.execArgv, '--max-semi-space-size=64'];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { workers: { type: 'string' } },
});
const [programs = 10_000, first = 1] = positionals.map(Number);
const workers = Number(values.workers ?? availableParallelism());

const began = performance.now();
let ran = 0;
let differences = 0;
const stops: (() => void)[] = [];

/** @returns the seed to go on with: behind the share, or behind a program that ended the process */
function work(share: Share): Promise<number> {
  // A message would be lost on a process that takes long to start: an argument is there from the beginning.
  const script = new URL('fuzz/worker.ts', import.meta.url);
  const worker = fork(script, [JSON.stringify(share)], { execArgv: EXEC_ARGV });
  stops.push(() => worker.kill());
  let current = share.first;
  let watchdog: NodeJS.Timeout | undefined;
  const watch = (patience: number, message: string): void => {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => {
      console.log(`The program of seed ${current} ${message}.`);
      found();
      worker.kill('SIGKILL');
    }, patience);
  };
  worker.on('message', (report: Report) => {
    if (report.kind === 'difference') return void save(report.difference);
    current = report.seed;
    if (report.kind === 'shrinking') return watch(SHRINKING_MS, 'differs, and could not be made small');
    ran++;
    watch(PATIENCE_MS, 'does not end');
  });
  watch(PATIENCE_MS, 'does not end');
  return new Promise((resolve) => {
    worker.on('exit', (status, signal) => {
      clearTimeout(watchdog);
      if (status !== 0 && signal === null) {
        console.log(`The program of seed ${current} ended the process.`);
        found();
      }
      resolve(status === 0 ? share.end : current + share.stride);
    });
  });
}

function found(): void {
  process.exitCode = 1;
  if (++differences === MAX_DIFFERENCES) for (const stop of stops) stop();
}

async function save(difference: Difference): Promise<void> {
  console.log(JSON.stringify(difference, null, 1));
  const { seed, source } = difference;
  const fixture = new URL(`../test/engine/compiled/fixtures/seed-${seed}.js`, import.meta.url);
  await writeFile(fixture, `// client of seed ${seed}\n${source}\n`);
  found();
}

/** What one process runs: realms are not given back before it ends. */
const SHARE = 2000;

/** The programs of one worker, in one process after the other. */
async function workThrough(index: number): Promise<void> {
  const end = first + programs;
  for (let next = first + index; next < end; next += SHARE * workers) {
    const share = { end: Math.min(end, next + SHARE * workers), stride: workers };
    for (let from = next; from < share.end;) {
      from = await work({ ...share, first: from });
      if (differences >= MAX_DIFFERENCES) return;
    }
    console.error(`${ran} of ${programs} programs, ${differences} difference(s)`);
  }
}

await Promise.all(Array.from({ length: workers }, (_, index) => workThrough(index)));
const perSecond = (ran / ((performance.now() - began) / 1000)).toFixed(1);
console.log(
  `${ran} programs from seed ${first} in ${workers} process(es): ${differences} difference(s), ${perSecond} programs per second`,
);
// A process may be ended from outside, by a lack of memory for one.
if (ran < programs) process.exitCode = 1;
