import type { Stats } from 'node:fs';
import * as nodeFs from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

import { diag } from '../diagnostics/catalog.gen.ts';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { shownPath } from '../diagnostics/shown-path.ts';
import { deferSignals } from './defer-signals.ts';

/** What of `node:fs/promises` is used; a test passes one that fails where it wants. */
export type WriteFs = Pick<
  typeof nodeFs,
  | 'chmod'
  | 'chown'
  | 'copyFile'
  | 'link'
  | 'mkdir'
  | 'open'
  | 'readFile'
  | 'realpath'
  | 'rename'
  | 'rm'
  | 'rmdir'
  | 'stat'
>;

interface StagedFile {
  readonly target: string;
  /** The new content; undefined for a file that is to be removed. */
  readonly temporary: string | undefined;
  /** A second name of the former content; undefined for a file that did not exist. */
  readonly backup: string | undefined;
}

/** What has been done so far, so that it can be undone. */
interface WriteLog {
  readonly createdDirectories: string[];
  readonly staged: StagedFile[];
  readonly replaced: StagedFile[];
}

/**
 * Writes every file or none. Content that equals what is on disk is not written; a file keeps its mode, a symbolic link is
 * followed, missing directories are made. A signal (Ctrl-C) before the first replacement undoes everything, one during
 * the replacements waits for their end; then the process gets the signal again.
 * @param files absolute or cwd-relative path → new content (text as UTF-8); undefined removes the file
 * @throws {DiagnosticError} MRTR6002 when a file cannot be written and all is as before; MRTR6003 when undoing failed too
 */
export async function writeFilesAtomically(
  files: ReadonlyMap<string, string | Uint8Array | undefined>,
  fs: WriteFs = nodeFs,
): Promise<void> {
  await deferSignals(async (signals) => {
    const log: WriteLog = { createdDirectories: [], staged: [], replaced: [] };
    let current = '';
    try {
      for (const [path, text] of files) {
        if (signals.received) break;
        current = path;
        await stageFile(resolve(path), text, log, fs);
      }
      if (!signals.received) {
        for (const file of log.staged) {
          current = file.target;
          await replaceFile(file, log, fs);
        }
      }
      if (signals.received && log.replaced.length === 0) await undo(log, fs);
      else await removeBackups(log, fs);
    } catch (error) {
      await undo(log, fs);
      throw unwritable(current, error);
    }
  });
}

async function stageFile(
  path: string,
  content: string | Uint8Array | undefined,
  log: WriteLog,
  fs: WriteFs,
): Promise<void> {
  const target = await fs.realpath(path).catch(() => path);
  const existing = await statIfExists(target, fs);
  const suffix = `${process.pid}-${log.staged.length}`;
  const backup = existing ? `${target}.${suffix}.mrtr-backup` : undefined;
  if (content === undefined) {
    if (existing) log.staged.push({ target, temporary: undefined, backup });
    return;
  }
  if (existing && Buffer.from(content).equals(await fs.readFile(target))) return;
  if (!existing) await makeDirectory(dirname(target), log, fs);
  const temporary = `${target}.${suffix}.mrtr-new`;
  log.staged.push({ target, temporary, backup });
  await writeSynced(temporary, content, fs);
  if (!existing) return;
  // Only root may give a file away; for everybody else the owner is right already.
  if (process.getuid?.() === 0) await fs.chown(temporary, existing.uid, existing.gid);
  await fs.chmod(temporary, existing.mode);
}

async function statIfExists(path: string, fs: WriteFs): Promise<Stats | undefined> {
  try {
    return await fs.stat(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function makeDirectory(path: string, log: WriteLog, fs: WriteFs): Promise<void> {
  const first = await fs.mkdir(path, { recursive: true });
  if (first === undefined) return;
  for (let made = path; ; made = dirname(made)) {
    log.createdDirectories.push(made);
    if (made === first) return;
  }
}

/** The rename that follows must not become durable before the content does. */
async function writeSynced(path: string, content: string | Uint8Array, fs: WriteFs): Promise<void> {
  const handle = await fs.open(path, 'wx');
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function replaceFile(file: StagedFile, log: WriteLog, fs: WriteFs): Promise<void> {
  if (file.backup !== undefined) {
    const { target, backup } = file;
    // Not every file system has hard links.
    await fs.link(target, backup).catch(() => fs.copyFile(target, backup));
  }
  if (file.temporary === undefined) await fs.rm(file.target);
  else await fs.rename(file.temporary, file.target);
  log.replaced.push(file);
}

async function removeBackups(log: WriteLog, fs: WriteFs): Promise<void> {
  for (const { backup } of log.replaced) {
    // The new content is in place: a backup that stays is untidy, not wrong.
    if (backup !== undefined) await fs.rm(backup, { force: true }).catch(() => undefined);
  }
}

async function undo(log: WriteLog, fs: WriteFs): Promise<void> {
  const lost: StagedFile[] = [];
  for (const file of log.replaced.toReversed()) {
    try {
      if (file.backup === undefined) await fs.rm(file.target, { force: true });
      else await fs.rename(file.backup, file.target);
    } catch {
      lost.push(file);
    }
  }
  for (const { temporary } of log.staged)
    if (temporary !== undefined) await fs.rm(temporary, { force: true }).catch(() => undefined);
  for (const { backup } of log.staged.filter((file) => !log.replaced.includes(file))) {
    if (backup !== undefined) await fs.rm(backup, { force: true }).catch(() => undefined);
  }
  for (const directory of log.createdDirectories) await fs.rmdir(directory).catch(() => undefined);
  if (lost.length > 0) throw notRestored(lost);
}

function notRestored(lost: readonly StagedFile[]): DiagnosticError {
  const notes = lost.map(({ target, backup }) =>
    backup === undefined
      ? `${shownPath(target)}: new, remove it`
      : `${shownPath(target)}: its former content is in ${shownPath(backup)}`,
  );
  return new DiagnosticError(diag.filesNotRestored(undefined, { count: lost.length }, { notes }));
}

const REASONS: Readonly<Record<string, readonly [reason: string, remedy: string]>> = {
  EACCES: ['permission denied', 'Make the file and its directory writable for you.'],
  EPERM: ['permission denied', 'Make the file and its directory writable for you.'],
  EROFS: ['the file system is read-only', 'Choose a place on a writable file system.'],
  ENOSPC: ['no space left on the device', 'Free some space and run the command again.'],
  EDQUOT: ['your disk quota is used up', 'Free some space and run the command again.'],
  EISDIR: ['there is a directory of that name', 'Move the directory or choose another path.'],
  ENOTDIR: ['part of the path is a file', 'Choose another path.'],
  EEXIST: ['a temporary file of an earlier run is in the way', 'Remove the *.mrtr-new file beside it.'],
};

function unwritable(path: string, error: unknown): DiagnosticError {
  const known = REASONS[errorCode(error) ?? ''];
  const message = error instanceof Error ? error.message : String(error);
  const [reason, remedy] = known ?? [message, 'Remove the reason and run the command again.'];
  return new DiagnosticError(diag.fileUnwritable(undefined, { path: shownPath(path), reason, remedy }));
}

function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
