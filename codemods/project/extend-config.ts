import { dirname, join, relative, resolve, sep } from 'node:path';

import { readConfig, type SourceUnit } from './find-source-units.ts';

/** A configuration that is checked. */
export interface CheckedConfig {
  readonly path: string;
  /** Of one that is not on disk. */
  readonly text?: string;
}

/**
 * The configuration of a unit with the files that it adopted, beside the one that it extends.
 * @param elsewhere files that it includes and is to leave out, since another configuration has them
 */
export function extendConfig(
  tsConfigPath: string,
  { adopted, options: { rootDir } }: SourceUnit,
  dir: string,
  elsewhere: ReadonlySet<string> = new Set(),
): CheckedConfig {
  const base = dirname(tsConfigPath);
  const place = (path: string): string => relative(base, path).split(sep).join('/') || '.';
  // Every file must be below `rootDir` (TS6059), even where nothing is written.
  const isBeside = rootDir !== undefined && adopted.some((file) => !file.startsWith(rootDir + sep));
  const own = readConfig(tsConfigPath).fileNames.filter((file) => !elsewhere.has(resolve(file)));
  const config = {
    extends: `./${place(tsConfigPath)}`,
    ...(isBeside ? { compilerOptions: { rootDir: place(dir) } } : {}),
    files: [...own, ...adopted].map(place),
    include: [],
  };
  return { path: join(base, 'tsconfig.checked.json'), text: JSON.stringify(config) };
}
