import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { diag } from '../../diagnostics/catalog.gen.ts';
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import { shownPath } from '../../diagnostics/shown-path.ts';
import { writeFilesAtomically } from '../write-files.ts';
import { digestOf, undoRecordPath, type UndoRecord } from './undo-record.ts';

export interface UndoneRun {
  readonly command: string;
  /** Put back to what they were. */
  readonly restored: readonly string[];
  /** Made by the run, now gone. */
  readonly removed: readonly string[];
}

/**
 * Takes back the last run on a directory: every file holds what it held before, byte for byte, and what the run made is
 * gone. All files or none.
 * @throws {DiagnosticError} MRTR6001 when there is no such directory, MRTR6040 when there is nothing to undo, MRTR6041
 *   when a file is not what the run wrote, MRTR6002 when one cannot be written
 */
export async function undoLastRun(dir: string): Promise<UndoneRun> {
  if (!existsSync(resolve(dir)))
    throw new DiagnosticError(
      diag.fileUnreadable(undefined, { path: shownPath(dir), reason: 'there is no such directory' }),
    );
  const place = undoRecordPath(dir);
  const { command, files } = readRecord(place, dir);
  const changed = files.filter(({ path, after }) => {
    const content = readIfExists(resolve(dir, path));
    return content === undefined || digestOf(content) !== after;
  });
  if (changed.length > 0) {
    const notes = changed.map(({ path }) => path);
    throw new DiagnosticError(diag.changedSinceRun(undefined, { count: changed.length, command }, { notes }));
  }
  const contents = files.map(({ path, before }) => {
    const bytes = before === null ? undefined : Buffer.from(before, 'base64');
    return [resolve(dir, path), bytes] as const;
  });
  await writeFilesAtomically(new Map([...contents, [place, undefined]]));
  return {
    command,
    restored: files.filter(({ before }) => before !== null).map(({ path }) => path),
    removed: files.filter(({ before }) => before === null).map(({ path }) => path),
  };
}

function readRecord(place: string, dir: string): UndoRecord {
  const text = readIfExists(place)?.toString('utf8');
  const record = text === undefined ? undefined : parse(text);
  if (record?.version === 1) return record;
  throw new DiagnosticError(diag.nothingToUndo(undefined, { path: shownPath(dir) }));
}

function parse(text: string): UndoRecord | undefined {
  try {
    return JSON.parse(text) as UndoRecord;
  } catch {
    // Written by something else, or cut short: there is no run to take back with it.
    return undefined;
  }
}

function readIfExists(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
