import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface RunningServer {
  readonly url: string;
  readonly pid: number;
  stop(): void;
}

/**
 * Starts an HTTP entry in a process of its own, on a free port.
 * @throws {Error} with what the server said when it ends before it listens
 */
export async function startServer(
  entry: string,
  env: Readonly<Record<string, string>>,
): Promise<RunningServer> {
  const server = spawn(process.execPath, [entry], {
    env: { ...process.env, ...env, PORT: '0' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const said: string[] = [];
  const lines = createInterface({ input: server.stderr });
  return new Promise((resolve, reject) => {
    lines.on('line', (line) => {
      const port = /^listening on (\d+)$/.exec(line)?.[1];
      if (port === undefined) said.push(line);
      else {
        const url = `http://localhost:${port}/mcp`;
        resolve({ url, pid: server.pid ?? 0, stop: () => void server.kill() });
      }
    });
    lines.on('close', () => reject(new Error(`${entry} ended before it listened:\n${said.join('\n')}`)));
  });
}
