/** The part of a process a command talks to; tests pass their own. */
export interface CliIo {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface OutputStream {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
}

/**
 * Whether to colour what goes to `stream`: NO_COLOR (https://no-color.org) wins over FORCE_COLOR, and both over the
 * terminal. The flag `--no-color` is handled by whoever parses the command line.
 */
export function wantsColor(stream: OutputStream, env: CliIo['env']): boolean {
  if (env['NO_COLOR']) return false;
  if (env['FORCE_COLOR']) return env['FORCE_COLOR'] !== '0';
  return stream.isTTY === true && env['TERM'] !== 'dumb';
}
