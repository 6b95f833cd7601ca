import { dirname, join, relative, sep } from 'node:path';

import { readConfig, type SourceUnit } from './find-source-units.ts';

/** A configuration that is checked. */
export interface CheckedConfig {
  readonly path: string;
  /** Of one that is not on disk. */
  readonly text?: string;
}

/** The configuration of a unit with the files that it adopted, beside the one that it extends. */
export function extendConfig(
  tsConfigPath: string,
  { adopted, options: { rootDir } }: SourceUnit,
  dir: string,
): CheckedConfig {
  const base = dirname(tsConfigPath);
  const place = (path: string): string => relative(base, path).split(sep).join('/') || '.';
  // Every file must be below `rootDir` (TS6059), even where nothing is written.
  const isBeside = rootDir !== undefined && adopted.some((file) => !file.startsWith(rootDir + sep));
  const config = {
    extends: `./${place(tsConfigPath)}`,
    ...(isBeside ? { compilerOptions: { rootDir: place(dir) } } : {}),
    files: [...readConfig(tsConfigPath).fileNames, ...adopted].map(place),
    include: [],
  };
  return { path: join(base, 'tsconfig.with-adopted.json'), text: JSON.stringify(config) };
}
