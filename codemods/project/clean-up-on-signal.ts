const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Does `cleanUp` when a signal is about to end the process: that runs no `finally`.
 * @returns what to call when there is nothing to clean up any more
 */
export function cleanUpOnSignal(cleanUp: () => void): () => void {
  const stop = (): void => {
    for (const signal of SIGNALS) process.off(signal, cleanUpAndDie);
  };
  const cleanUpAndDie = (signal: NodeJS.Signals): void => {
    cleanUp();
    stop();
    process.kill(process.pid, signal);
  };
  // In front: what was begun last is cleaned up first.
  for (const signal of SIGNALS) process.prependListener(signal, cleanUpAndDie);
  return stop;
}
