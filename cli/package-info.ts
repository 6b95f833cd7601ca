import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';

export interface PackageInfo {
  /** Where the package is, built or in a checkout. */
  readonly root: string;
  readonly version: string;
  /** Version ranges of what we depend on or are tested with, and of ourselves. */
  readonly ranges: Readonly<Record<string, string>>;
}

interface Manifest {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** Reads our own package.json, through the package's own name since dist/ is one directory deeper than the sources. */
export function readPackageInfo(): PackageInfo {
  const path = createRequire(import.meta.url).resolve('mrtr/package.json');
  const { version, dependencies, devDependencies } = JSON.parse(readFileSync(path, 'utf8')) as Manifest;
  return {
    root: dirname(path),
    version,
    ranges: { ...devDependencies, ...dependencies, mrtr: `^${version}` },
  };
}
