import { FILE_HEADERS_ONLY, formatPatch, structuredPatch } from 'diff';
import type { Colors } from './pretty-diagnostic.ts';

import type { ChangedFile } from '../report.ts';

/**
 * A unified diff that `git apply` and `patch -p1` accept when run in the directory the command worked on.
 * Line ends are compared as they are: a file with CRLF keeps them in its hunks.
 */
export function printUnifiedDiff(files: readonly ChangedFile[]): string {
  return files.map(printFileDiff).join('');
}

function printFileDiff({ path, before, after }: ChangedFile): string {
  const oldName = before === undefined ? '/dev/null' : `a/${path}`;
  const patch = structuredPatch(oldName, `b/${path}`, before ?? '', after, undefined, undefined, {
    context: 3,
  });
  return patch.hunks.length === 0 ? '' : formatPatch(patch, FILE_HEADERS_ONLY);
}

/** The same diff for a terminal. */
export function colorDiff(diff: string, colors: Colors): string {
  const paint = (line: string): string => {
    if (/^(---|\+\+\+) /.test(line)) return colors.bold(line);
    if (line.startsWith('@@')) return colors.cyan(line);
    if (line.startsWith('+')) return colors.green(line);
    return line.startsWith('-') ? colors.red(line) : line;
  };
  return diff.split('\n').map(paint).join('\n');
}
