import type { OutputStream } from './io.ts';

/** A line that says what is going on and is gone afterwards. */
export interface StatusLine {
  update(text: string): void;
  clear(): void;
}

const WIDTH = 78;

/** Writes to a terminal only: a log should not hold thousands of passing remarks. */
export function createStatusLine(stream: OutputStream): StatusLine {
  const write = (text: string): void => {
    if (stream.isTTY === true) stream.write(`\r\u001b[2K${text.slice(0, WIDTH)}`);
  };
  return { update: write, clear: () => write('') };
}
