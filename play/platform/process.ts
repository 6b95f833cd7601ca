/** What the engine asks of the process: a working directory to resolve paths against and to shorten them by. */
export const process = { cwd: (): string => '/', env: {} } as const;
