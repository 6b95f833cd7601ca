import { isBuiltin } from 'node:module';

import { specifiersIn } from './module-imports.ts';

/** The packages that `after` imports and `before` does not, without Node built-ins and relative paths. */
export function findAddedPackages(before: string, after: string): ReadonlySet<string> {
  const had = importedPackages(before);
  return new Set([...importedPackages(after)].filter((name) => !had.has(name)));
}

/** The packages a text imports, without Node built-ins. */
export function importedPackages(text: string): ReadonlySet<string> {
  const bare = specifiersIn(text).filter((specifier) => !/^[./#]/.test(specifier) && !isBuiltin(specifier));
  return new Set(bare.map((specifier) => /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier));
}
