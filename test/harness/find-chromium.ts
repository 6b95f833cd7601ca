import { existsSync } from 'node:fs';

/** A Chromium for tests of pages: CHROMIUM_PATH, else where systems put it; undefined when there is none. */
export function findChromium(): string | undefined {
  return [
    process.env['CHROMIUM_PATH'],
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
  ].find((path) => path !== undefined && existsSync(path));
}
