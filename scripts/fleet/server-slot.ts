import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { untilListening } from './services.ts';

export interface Deployment {
  /** Directory of the build. */
  readonly build: string;
  /** For MRTR_STATE_KEYS. */
  readonly keys: readonly string[];
}

/** A place in the fleet: always the same port, one process after the other. */
export class ServerSlot {
  readonly port: number;
  readonly events = new Map<string, number>();
  readonly #env: Readonly<Record<string, string>>;
  #process: ChildProcess | undefined;

  constructor(port: number, env: Readonly<Record<string, string>>) {
    this.port = port;
    this.#env = env;
  }

  async start({ build, keys }: Deployment): Promise<void> {
    const child = spawn(process.execPath, [join(build, 'dist/http.js')], {
      env: {
        PATH: process.env['PATH'] ?? '',
        PORT: String(this.port),
        MRTR_STATE_KEYS: keys.join(','),
        ...this.#env,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#process = child;
    createInterface({ input: child.stderr }).on('line', (line) => {
      const event = /^event (.*)/.exec(line)?.[1];
      if (event !== undefined) this.events.set(event, (this.events.get(event) ?? 0) + 1);
    });
    await untilListening(this.port);
  }

  /** Without a chance to finish what it does. */
  async kill(): Promise<void> {
    const child = this.#process;
    if (child === undefined) return;
    this.#process = undefined;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  async restart(deployment: Deployment): Promise<void> {
    await this.kill();
    await this.start(deployment);
  }
}
