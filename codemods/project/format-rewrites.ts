import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';

import type * as prettier from 'prettier';

import type { RewrittenFile } from './migration.ts';

type Prettier = Pick<typeof prettier, 'format' | 'getFileInfo' | 'resolveConfig'>;

/**
 * Lays rewritten files out with the prettier and the configuration of their own project. Only a file that this prettier
 * would have left as it was is formatted, so that nothing outside the rewrite changes; new files always are. Without a
 * prettier, or with one that fails, the texts stay.
 * @param root the directory whose `.prettierignore` counts
 */
export async function formatRewrites(
  files: ReadonlyMap<string, RewrittenFile>,
  root: string,
): Promise<Map<string, RewrittenFile>> {
  const formatted = new Map<string, RewrittenFile>();
  for (const [path, file] of files) formatted.set(path, await formatRewrite(path, file, root));
  return formatted;
}

async function formatRewrite(path: string, file: RewrittenFile, root: string): Promise<RewrittenFile> {
  const installed = findPrettier(path);
  if (installed === undefined) return file;
  try {
    const { ignored } = await installed.getFileInfo(path, {
      ignorePath: join(resolve(root), '.prettierignore'),
    });
    if (ignored) return file;
    const options = { ...(await installed.resolveConfig(path, { editorconfig: true })), filepath: path };
    const isFormatted = file.before === '' || (await installed.format(file.before, options)) === file.before;
    return isFormatted ? { ...file, after: await installed.format(file.after, options) } : file;
  } catch {
    // A configuration or plugin that does not load is the project's own matter, which its own run of prettier reports.
    return file;
  }
}

function findPrettier(path: string): Prettier | undefined {
  try {
    return createRequire(join(dirname(path), 'package.json'))('prettier') as Prettier;
  } catch {
    return undefined;
  }
}
