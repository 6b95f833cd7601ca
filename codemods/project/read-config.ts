import { dirname } from 'node:path';

import { ts } from '../../engine/syntax/ts.ts';

/**
 * Reads a tsconfig.json with what it extends. Mistakes in it are the project's own type check's to report; what can be read
 * is used.
 * @param texts texts in place of what is on disk, by absolute path
 */
export function readConfig(
  path: string,
  texts: ReadonlyMap<string, string> = new Map(),
): ts.ParsedCommandLine {
  const readFile = (file: string): string | undefined => texts.get(file) ?? ts.sys.readFile(file);
  const { config } = ts.readConfigFile(path, readFile) as { config?: unknown };
  return ts.parseJsonConfigFileContent(config ?? {}, { ...ts.sys, readFile }, dirname(path), undefined, path);
}
