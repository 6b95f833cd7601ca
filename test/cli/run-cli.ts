import { main } from '../../cli/main.ts';

type Commands = Parameters<typeof main>[2];
type CliIo = NonNullable<Parameters<typeof main>[1]>;

export interface CliRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in this process, without colours, and gives back what it printed. */
export async function runCli(
  args: readonly string[],
  commandsOf?: (io: CliIo) => Commands,
  env: CliIo['env'] = {},
): Promise<CliRun> {
  const printed = { stdout: '', stderr: '' };
  const collect = (name: keyof typeof printed) => ({
    write: (text: string) => {
      printed[name] += text;
    },
  });
  const io = { stdout: collect('stdout'), stderr: collect('stderr'), env };
  const exitCode = process.exitCode;
  try {
    const code = await main(['node', 'mrtr', ...args], io, commandsOf?.(io));
    return { code, ...printed };
  } finally {
    process.exitCode = exitCode;
  }
}
