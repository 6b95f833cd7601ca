import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** One repository of the list. Commands run in a shell, at the root of the copy. */
export interface ListedRepository {
  readonly name: string;
  /** Absolute; only read, everything happens in a copy. */
  readonly path: string;
  readonly revision?: string;
  /** The directories to migrate, from the root. */
  readonly packages: readonly string[];
  /** Instead of the command that the lock file stands for; an empty one installs nothing. */
  readonly install?: string;
  /** After each installation: what the packages need of each other, such as declarations that a build writes. */
  readonly build?: string;
  /** Instead of the script `test` of each package; an empty one tests nothing. */
  readonly test?: string;
}

/**
 * Reads a JSON array or one JSON object per line. Relative paths start at the list.
 * @throws {Error} when an entry has no `name` or `path`
 */
export function readList(file: string): ListedRepository[] {
  return readRecords(file).map((entry, index) => {
    const { name, path, packages = ['.'] } = entry as Partial<ListedRepository>;
    if (name === undefined || path === undefined)
      throw new Error(`${file}: entry ${index + 1} needs "name" and "path"`);
    return { ...(entry as ListedRepository), name, path: resolve(dirname(file), path), packages };
  });
}

/** The objects of a JSON array, or of a file with one JSON object per line. */
export function readRecords(file: string): unknown[] {
  const text = readFileSync(file, 'utf8').trim();
  if (text.startsWith('[')) return JSON.parse(text) as unknown[];
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line): unknown => JSON.parse(line));
}
