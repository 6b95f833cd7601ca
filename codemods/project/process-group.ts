import type { ChildProcess } from 'node:child_process';

const DRAIN_MS = 1_000;

/** How a command of somebody else's comes to its end. */
export interface GroupEnd {
  /** Settles when its own process is over: the exit code, `undefined` when it was ended or could not be started. */
  readonly code: Promise<number | undefined>;
  /** What was written before the exit arrives after it; a pipe that somebody still holds is not waited for long. */
  readonly drained: () => Promise<void>;
}

/** @param onError told when the command could not be started */
export function watchEnd(child: ChildProcess, onError: (error: Error) => void): GroupEnd {
  const closed = new Promise<void>((done) => child.once('close', () => done()));
  const code = new Promise<number | undefined>((done) => {
    child.on('error', (error) => {
      onError(error);
      done(undefined);
    });
    // Not `close`: a process left behind that holds the pipes would keep it from coming.
    child.on('exit', (exitCode) => done(exitCode ?? undefined));
  });
  return { code, drained: () => withinGrace(closed) };
}

/** Ends every process of a group at once. */
export function endGroup(group: number | undefined): void {
  if (group === undefined) return;
  try {
    // There are no groups on Windows, where a console's processes end with it.
    process.kill(process.platform === 'win32' ? group : -group, 'SIGKILL');
  } catch {
    // All of it has ended by itself.
  }
}

async function withinGrace(closed: Promise<void>): Promise<void> {
  let grace: NodeJS.Timeout | undefined;
  const enough = new Promise<void>((done) => (grace = setTimeout(done, DRAIN_MS)));
  await Promise.race([closed, enough]);
  clearTimeout(grace);
}
