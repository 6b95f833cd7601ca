import { join } from 'node:path';

/**
 * Entry points of a package as `paths` of the TypeScript compiler, so that a program finds it where the project has none.
 */
export function pathsOf(
  name: string,
  place: string,
  read: (path: string) => string,
): Record<string, string[]> {
  const { exports = {} } = JSON.parse(read(join(place, 'package.json'))) as {
    readonly exports?: Readonly<Record<string, unknown>>;
  };
  const paths: Record<string, string[]> = {};
  for (const [entry, target] of Object.entries(exports)) {
    const types = typesOf(target);
    if (types !== undefined && !entry.includes('*')) paths[name + entry.slice(1)] = [join(place, types)];
  }
  return paths;
}

function typesOf(target: unknown): string | undefined {
  if (typeof target !== 'object' || target === null) return undefined;
  const { types, import: imported, default: fallback } = target as Readonly<Record<string, unknown>>;
  return typeof types === 'string' ? types : (typesOf(imported) ?? typesOf(fallback));
}
