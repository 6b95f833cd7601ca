import { spawn } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';

import { cleanUpOnSignal } from './clean-up-on-signal.ts';

/** What became of a command line of somebody else's. */
export interface GroupRun {
  /** `undefined` when it was ended by a signal or by the time limit. */
  readonly code: number | undefined;
  readonly timedOut: boolean;
  /** Both streams as they came, without colours; the last part of them when it is long. */
  readonly output: string;
}

export interface GroupOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly seconds: number;
  /** Called with each piece of output. */
  readonly onOutput?: (text: string) => void;
}

const KEPT_CHARACTERS = 100_000;
const DRAIN_MS = 1_000;

/** Runs a line in a shell, in a process group of its own: nothing it started outlives it, or us. Never rejects. */
export async function runInGroup(
  line: string,
  { cwd, env, seconds, onOutput }: GroupOptions,
): Promise<GroupRun> {
  const child = spawn(line, {
    shell: true,
    cwd,
    env,
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const end = (): void => endGroup(child.pid);
  const stopWatching = cleanUpOnSignal(end);
  let output = '';
  const append = (text: string): void => {
    output = (output + text).slice(-KEPT_CHARACTERS);
    onOutput?.(text);
  };
  child.stdout.setEncoding('utf8').on('data', append);
  child.stderr.setEncoding('utf8').on('data', append);

  let timedOut = false;
  const limit = setTimeout(() => {
    timedOut = true;
    end();
  }, seconds * 1000);
  const closed = new Promise<void>((done) => child.once('close', () => done()));
  const code = await new Promise<number | undefined>((done) => {
    child.on('error', (error) => {
      append(error.message);
      done(undefined);
    });
    // Not `close`: a process left behind that holds the pipes would keep it from coming.
    child.on('exit', (exitCode) => done(exitCode ?? undefined));
  });
  clearTimeout(limit);
  end();
  await withinGrace(closed);
  stopWatching();
  return { code, timedOut, output: stripVTControlCharacters(output) };
}

/** What was written before the exit arrives after it. */
async function withinGrace(closed: Promise<void>): Promise<void> {
  let grace: NodeJS.Timeout | undefined;
  const enough = new Promise<void>((done) => (grace = setTimeout(done, DRAIN_MS)));
  await Promise.race([closed, enough]);
  clearTimeout(grace);
}

function endGroup(group: number | undefined): void {
  if (group === undefined) return;
  try {
    // There are no groups on Windows, where a console's processes end with it.
    process.kill(process.platform === 'win32' ? group : -group, 'SIGKILL');
  } catch {
    // All of it has ended by itself.
  }
}
