import { existsSync } from 'node:fs';
import { join, parse, sep } from 'node:path';

import { listAncestors } from './list-ancestors.ts';

/**
 * The directories that hold a package.json: `dir` and those above it, nearest first, none above `root` and none when `dir` is
 * not inside of it.
 * @param dir absolute
 */
export function packageDirectories(dir: string, root: string = parse(dir).root): readonly string[] {
  const isInside = (at: string): boolean =>
    at === root || at.startsWith(root.endsWith(sep) ? root : root + sep);
  return listAncestors(dir).filter((at) => isInside(at) && existsSync(join(at, 'package.json')));
}
