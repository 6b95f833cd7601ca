/**
 * `npm run fuzz:readable -- [handlers] [first seed] [--workers n]`: random handlers through the readable rewrite, the
 * original in the legacy era against the rewritten one in the modern era, with the real client and server.
 */
import { fork } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import type { ReadableReport, ReadableShare } from './fuzz/readable-worker.ts';

const PER_MODULE = 200;
/** Differences of one module, which mostly have one cause. */
const SHOWN = 5;
/** Short-lived syntax trees and types fill the young generation; a larger one is collected less often. */
const EXEC_ARGV = [...process.execArgv, '--max-semi-space-size=64'];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { workers: { type: 'string' } },
});
const [handlers = 2000, first = 1] = positionals.map(Number);
const perModule = Math.min(PER_MODULE, handlers);
const modules = Math.ceil(handlers / perModule);
const workers = Math.min(modules, Number(values.workers ?? availableParallelism()));

const began = performance.now();
let compared = 0;
let migrated = 0;
let problems = 0;
const diagnosed = new Map<string, number>();

function work(share: ReadableShare): Promise<void> {
  // A message would be lost on a process that takes long to start: an argument is there from the beginning.
  const script = new URL('fuzz/readable-worker.ts', import.meta.url);
  const worker = fork(script, [JSON.stringify(share)], { execArgv: EXEC_ARGV });
  let missing = Math.ceil((share.end - share.first) / share.stride);
  worker.on('message', (report: ReadableReport) => {
    missing -= 1;
    count(report);
  });
  return new Promise((resolve) => {
    worker.on('exit', (status, signal) => {
      if (status !== 0) fail(`A process ended with ${signal ?? status}.`);
      if (missing > 0) fail(`${missing} modules of a process were not compared.`);
      resolve();
    });
  });
}

function count(report: ReadableReport): void {
  compared += report.compared;
  migrated += report.migrated;
  for (const [code, times] of Object.entries(report.diagnosed))
    diagnosed.set(code, (diagnosed.get(code) ?? 0) + times);
  const { seed, typeErrors, differences, texts } = report;
  if (texts !== undefined) {
    const place = join(tmpdir(), `mrtr-fuzz-${seed}`);
    writeFileSync(`${place}-input.ts`, texts.source);
    writeFileSync(`${place}-output.ts`, texts.rewritten);
    const shown = differences.slice(0, SHOWN).map((difference) => JSON.stringify(difference, null, 1));
    const found = [...typeErrors.slice(0, SHOWN), ...shown].join('\n');
    fail(`seed ${seed}: ${found}\nmodules: ${place}-{input,output}.ts`);
  }
  console.log(`${compared} of ${modules * perModule} handlers, ${migrated} migrated, ${rate()} a second`);
}

function fail(message: string): void {
  problems += 1;
  process.exitCode = 1;
  console.log(message);
}

function rate(): string {
  return (compared / ((performance.now() - began) / 1000)).toFixed(1);
}

function share(part: number): string {
  return `${((100 * part) / compared).toFixed(1)} %`;
}

await Promise.all(
  Array.from({ length: workers }, (_, index) =>
    work({ first: first + index, end: first + modules, stride: workers, perModule }),
  ),
);
console.log(
  `${compared} handlers from seed ${first} in ${workers} process(es): ${problems} problem(s), ${rate()} a second`,
);
console.log(`migrated: ${migrated} (${share(migrated)}); the others have`);
for (const [code, times] of [...diagnosed].sort(([, a], [, b]) => b - a))
  console.log(`  ${code}: ${times} (${share(times)})`);
