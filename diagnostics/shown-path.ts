import { relative, sep } from 'node:path';

/** A path as people are shown it: relative to the working directory where it lies below it. */
export function shownPath(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere.startsWith('..') ? path : fromHere.replaceAll(sep, '/');
}
