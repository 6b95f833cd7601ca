import { spawn } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';

import { cleanUpOnSignal } from './clean-up-on-signal.ts';
import { endGroup, watchEnd } from './process-group.ts';

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
  const { code, drained } = watchEnd(child, (error) => append(error.message));
  const exitCode = await code;
  clearTimeout(limit);
  end();
  await drained();
  stopWatching();
  return { code: exitCode, timedOut, output: stripVTControlCharacters(output) };
}
