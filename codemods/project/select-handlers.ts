import { relative, resolve, sep } from 'node:path';

import picomatch from 'picomatch';

import type { HandlerId, MigrationOptions } from './migration.ts';

/** Patterns of handler names or of paths relative to the directory of the run; `*`, `**`, `{a,b}` as in a shell. */
export interface HandlerSelection {
  readonly dir: string;
  /** Empty for all. */
  readonly only: readonly string[];
  readonly ignore: readonly string[];
}

/** Tells the handlers that a user wants as they are. */
export function selectHandlers({
  dir,
  only,
  ignore,
}: HandlerSelection): NonNullable<MigrationOptions['leave']> {
  const isOnly = only.length === 0 ? () => true : matcher(dir, only);
  const isIgnored = matcher(dir, ignore);
  return (handler) => (isOnly(handler) && !isIgnored(handler) ? undefined : 'ignored');
}

function matcher(dir: string, patterns: readonly string[]): (handler: HandlerId) => boolean {
  const matches = patterns.map((pattern) => picomatch(pattern.replace(/^\.\//, ''), { dot: true }));
  return ({ file, handler }) => {
    const path = relative(resolve(dir), file).replaceAll(sep, '/');
    return matches.some((match) => match(handler) || match(path));
  };
}
