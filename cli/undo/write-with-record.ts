import { resolve } from 'node:path';

import { diag } from '../../diagnostics/catalog.gen.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { ChangedFile } from '../report.ts';
import { writeFilesAtomically } from '../write-files.ts';
import { makeUndoRecord, prepareRecordDirectory, undoRecordPath } from './undo-record.ts';

/**
 * Writes what a run changed together with the record that takes it back: all of it or nothing.
 * @param more absolute path → text of files that are not part of the run, such as a patch
 * @returns a remark when the run could not be recorded
 * @throws {DiagnosticError} MRTR6002 when a file cannot be written
 */
export async function writeWithRecord(
  command: string,
  dir: string,
  changed: readonly ChangedFile[],
  more: ReadonlyMap<string, string> = new Map(),
): Promise<readonly Diagnostic[]> {
  const files = new Map([...changed.map(({ path, after }) => [resolve(dir, path), after] as const), ...more]);
  if (changed.length === 0) {
    await writeFilesAtomically(files);
    return [];
  }
  const place = undoRecordPath(dir);
  const problem = prepareRecordDirectory(place);
  if (problem === undefined) files.set(place, makeUndoRecord(command, dir, changed));
  await writeFilesAtomically(files);
  return problem === undefined ? [] : [diag.runNotRecorded(undefined, { reason: problem })];
}
