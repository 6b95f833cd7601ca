import { dirname, resolve } from 'node:path';

/** `dir` and the directories above it, nearest first, as absolute paths. */
export function listAncestors(dir: string): readonly string[] {
  const found = [resolve(dir)];
  for (let at = found[0] ?? ''; dirname(at) !== at; at = dirname(at)) found.push(dirname(at));
  return found;
}
