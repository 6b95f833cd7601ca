import { createHash } from 'node:crypto';
import { accessSync, constants, mkdirSync, readFileSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';

import envPaths from 'env-paths';

/** One file as a run found it and left it. */
export interface UndoneFile {
  /** Relative to the directory of the run, with forward slashes. */
  readonly path: string;
  /** What it held, as base64; null for a file that the run made. */
  readonly before: string | null;
  /** SHA-256 of what the run wrote. */
  readonly after: string;
}

/** What it takes to take one run back. */
export interface UndoRecord {
  readonly version: 1;
  readonly command: string;
  /** The real path of the directory. */
  readonly dir: string;
  readonly files: readonly UndoneFile[];
}

/**
 * Where the record of the last run on `dir` is: in the user's data directory, so that neither `npm ci` nor `git clean`
 * takes it away, and nothing of it lands in the project. `MRTR_DATA_DIR` overrides.
 */
export function undoRecordPath(dir: string): string {
  const data = process.env['MRTR_DATA_DIR'] ?? envPaths('mrtr', { suffix: '' }).data;
  const name = createHash('sha256')
    .update(realpathSync(resolve(dir)))
    .digest('hex')
    .slice(0, 32);
  return join(data, 'undo', `${name}.json`);
}

export function digestOf(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** The record of a run that is about to write `files`; reads what is on disk now. */
export function makeUndoRecord(
  command: string,
  dir: string,
  files: readonly { readonly path: string; readonly before: string | undefined; readonly after: string }[],
): string {
  const record: UndoRecord = {
    version: 1,
    command,
    dir: realpathSync(resolve(dir)),
    files: files.map(({ path, before, after }) => ({
      path,
      before: before === undefined ? null : readFileSync(resolve(dir, path)).toString('base64'),
      after: digestOf(after),
    })),
  };
  return `${JSON.stringify(record)}\n`;
}

/** Makes the directory of the records, for its owner only; says why that does not work. */
export function prepareRecordDirectory(path: string): string | undefined {
  const directory = join(path, '..');
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    accessSync(directory, constants.W_OK);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
