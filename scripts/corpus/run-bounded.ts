import { execFile, spawn } from 'node:child_process';

import { endGroup, watchEnd } from '../../codemods/project/process-group.ts';

/** What became of a command of somebody else's. */
export interface BoundedRun {
  /** `undefined` when it was ended by a signal or by the time limit. */
  readonly code: number | undefined;
  readonly timedOut: boolean;
  readonly seconds: number;
  /** The most that all its processes held at once, where `ps` can tell. */
  readonly peakMegabytes: number | undefined;
  readonly stdout: string;
  /** Both streams as they came, the last part of them when it is long. */
  readonly output: string;
}

export interface Bounds {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly seconds: number;
}

const KEPT_OUTPUT = 4_000_000;
const SAMPLE_EVERY_MS = 500;

/** Runs a command in a process group of its own, which ends with it: nothing it started outlives it. Never rejects. */
export async function runBounded(
  file: string,
  args: readonly string[],
  { cwd, env, seconds }: Bounds,
): Promise<BoundedRun> {
  const started = performance.now();
  const child = spawn(file, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const group = child.pid;
  const stdout = new Tail();
  const output = new Tail();
  child.stdout.on('data', (chunk: Buffer) => {
    stdout.add(chunk);
    output.add(chunk);
  });
  child.stderr.on('data', (chunk: Buffer) => output.add(chunk));

  let timedOut = false;
  const limit = setTimeout(() => {
    timedOut = true;
    endGroup(group);
  }, seconds * 1000);
  const memory = new MemorySampler(group);
  const { code, drained } = watchEnd(child, (error) => output.add(Buffer.from(String(error))));
  const exitCode = await code;
  clearTimeout(limit);
  await drained();
  endGroup(group);
  return {
    code: exitCode,
    timedOut,
    seconds: (performance.now() - started) / 1000,
    peakMegabytes: memory.stop(),
    stdout: stdout.text(),
    output: output.text(),
  };
}

/** Runs a line in a shell. */
export function runShell(line: string, bounds: Bounds): Promise<BoundedRun> {
  return runBounded('/bin/sh', ['-c', line], bounds);
}

/** The last part of a stream. */
class Tail {
  #chunks: Buffer[] = [];
  #size = 0;

  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    while (this.#size - (this.#chunks[0]?.length ?? 0) > KEPT_OUTPUT)
      this.#size -= this.#chunks.shift()?.length ?? 0;
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }
}

/** Adds up the resident memory of a process group from time to time. */
class MemorySampler {
  #peakKilobytes = 0;
  readonly #timer: NodeJS.Timeout;

  constructor(group: number | undefined) {
    this.#timer = setInterval(() => this.#sample(group), SAMPLE_EVERY_MS);
    this.#sample(group);
  }

  #sample(group: number | undefined): void {
    execFile('ps', ['-A', '-o', 'pgid=,rss='], (error, table) => {
      if (error !== null) return;
      const sizes = table
        .split('\n')
        .map((row) => row.trim().split(/\s+/).map(Number))
        .filter(([owner]) => owner === group);
      const sum = sizes.reduce((total, [, kilobytes = 0]) => total + kilobytes, 0);
      this.#peakKilobytes = Math.max(this.#peakKilobytes, sum);
    });
  }

  stop(): number | undefined {
    clearInterval(this.#timer);
    return this.#peakKilobytes === 0 ? undefined : Math.round(this.#peakKilobytes / 1024);
  }
}
