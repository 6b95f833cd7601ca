export interface DeferredSignals {
  /** A signal has arrived and will be delivered when the work is done. */
  readonly received: boolean;
}

const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs `work` so that a terminating signal cannot cut it in two. Work that can stop at a clean place looks at
 * `signals.received`; when it ends, the process gets the first signal it missed.
 */
export async function deferSignals<T>(work: (signals: DeferredSignals) => Promise<T>): Promise<T> {
  let missed: NodeJS.Signals | undefined;
  const remember = (signal: NodeJS.Signals): void => {
    missed ??= signal;
  };
  for (const signal of SIGNALS) process.on(signal, remember);
  try {
    return await work({
      get received() {
        return missed !== undefined;
      },
    });
  } finally {
    for (const signal of SIGNALS) process.off(signal, remember);
    if (missed !== undefined) process.kill(process.pid, missed);
  }
}
