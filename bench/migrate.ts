/**
 * `npm run bench:migrate -- <path> [runs]`: `mrtr migrate` without its type check on a TypeScript project, against that
 * project's own `tsc --noEmit` and the codemod of the SDK on the same tree. Needs the built package and the project's
 * packages installed. Nothing is written. Bounds: at most half the time of tsc, twice that of the codemod, 512 MB.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const [path = '.', runs = '3'] = process.argv.slice(2);
const dir = resolve(path);
const require = createRequire(import.meta.url);
const own = fileURLToPath(new URL('../bin/mrtr.js', import.meta.url));
const peer = join(dirname(require.resolve('@modelcontextprotocol/codemod')), 'cli.mjs');
const tsc = createRequire(join(dir, 'package.json')).resolve('typescript/bin/tsc');

const CONTENDERS: Readonly<Record<string, readonly string[]>> = {
  'mrtr migrate': [own, 'migrate', dir, '--dry-run', '--no-verify', '--json'],
  'SDK codemod': [peer, 'v1-to-v2', '--dry-run', dir],
  'tsc --noEmit': [tsc, '--noEmit', '--incremental', 'false', '-p', dir],
};

interface Measured {
  readonly seconds: number;
  readonly megabytes: number;
}

/** Runs a script in a process of its own; the peak of its memory is written as it ends. */
function measure(args: readonly string[]): Measured {
  const report = join(tmpdir(), `mrtr-bench-${process.pid}.txt`);
  const hook = `import { writeFileSync } from 'node:fs';
    process.on('exit', () => writeFileSync(${JSON.stringify(report)}, String(process.resourceUsage().maxRSS)));`;
  const preload = `--import=data:text/javascript,${encodeURIComponent(hook)}`;
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, [preload, ...args], {
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  const seconds = (performance.now() - start) / 1000;
  if (status === null || !existsSync(report)) throw new Error(`${args.join(' ')} broke down: ${stderr}`);
  const megabytes = Number(readFileSync(report, 'utf8')) / 1024;
  rmSync(report);
  return { seconds, megabytes };
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}

const names = Object.keys(CONTENDERS);
// In turns, so that other load on the machine hits all of them.
const rounds = Array.from({ length: Number(runs) }, () =>
  names.map((name) => measure(CONTENDERS[name] ?? [])),
);
const medians = names.map((name, index): Measured => {
  const own = rounds.map((round) => round[index] ?? { seconds: NaN, megabytes: NaN });
  const seconds = medianOf(own.map((one) => one.seconds));
  const megabytes = Math.max(...own.map((one) => one.megabytes));
  console.log(`${name.padEnd(14)} ${seconds.toFixed(2)} s  ${megabytes.toFixed(0)} MB`);
  return { seconds, megabytes };
});

const [mrtr, codemod, compiler] = medians;
const bounds = [
  ['time of tsc', (mrtr?.seconds ?? NaN) / (compiler?.seconds ?? NaN), 0.5],
  ['time of the SDK codemod', (mrtr?.seconds ?? NaN) / (codemod?.seconds ?? NaN), 2],
  ['of 512 MB', (mrtr?.megabytes ?? NaN) / 512, 1],
] as const;
for (const [what, ratio, bound] of bounds) {
  console.log(`${ratio.toFixed(2)} × ${what} (at most ${bound})`);
  if (!(ratio <= bound)) process.exitCode = 1;
}
