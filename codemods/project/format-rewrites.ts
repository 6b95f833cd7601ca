import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';

import type * as prettier from 'prettier';

import type { RewrittenFile } from './migration.ts';

type Prettier = Pick<typeof prettier, 'format' | 'getFileInfo' | 'resolveConfig'>;

/**
 * Lays rewritten files out with the prettier and the configuration of their own project. Only a file that this prettier
 * would have left as it was is formatted, so that nothing outside the rewrite changes; new files are where one of the
 * others was. Without a prettier, or with one that fails, the texts stay.
 * @param root the directory whose `.prettierignore` counts
 */
export async function formatRewrites(
  files: ReadonlyMap<string, RewrittenFile>,
  root: string,
): Promise<Map<string, RewrittenFile>> {
  const formatted = new Map(files);
  const isNew = ({ before }: RewrittenFile): boolean => before === '';
  const existing = [...files].filter(([, file]) => !isNew(file));
  let isFollowed = existing.length === 0;
  for (const [path, file] of existing) {
    const result = await formatRewrite(path, file, root);
    if (result === undefined) continue;
    formatted.set(path, result);
    isFollowed = true;
  }
  for (const [path, file] of files)
    if (isNew(file) && isFollowed) formatted.set(path, (await formatRewrite(path, file, root)) ?? file);
  return formatted;
}

/** @returns undefined for a file that is not the prettier's to format */
async function formatRewrite(
  path: string,
  file: RewrittenFile,
  root: string,
): Promise<RewrittenFile | undefined> {
  const installed = findPrettier(path);
  if (installed === undefined) return undefined;
  try {
    const { ignored } = await installed.getFileInfo(path, {
      ignorePath: join(resolve(root), '.prettierignore'),
    });
    if (ignored) return undefined;
    const options = { ...(await installed.resolveConfig(path, { editorconfig: true })), filepath: path };
    const isFormatted = file.before === '' || (await installed.format(file.before, options)) === file.before;
    return isFormatted ? { ...file, after: await installed.format(file.after, options) } : undefined;
  } catch {
    // A configuration or plugin that does not load is the project's own matter, which its own run of prettier reports.
    return undefined;
  }
}

function findPrettier(path: string): Prettier | undefined {
  try {
    return createRequire(join(dirname(path), 'package.json'))('prettier') as Prettier;
  } catch {
    return undefined;
  }
}
