import { readFile } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve } from 'node:path';

import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { GeneratorConfig } from '../generator/load-config.ts';
import type { CliIo } from './io.ts';
import type { ChangedFile } from './report.ts';

/** What `mrtr generate` would write, against what is on disk. */
export interface GeneratedFiles {
  readonly schema: string;
  readonly digest: string;
  /** The directory as configured. */
  readonly out: string;
  /** Paths relative to `out`. */
  readonly changed: readonly ChangedFile[];
  readonly unchanged: number;
  readonly warnings: readonly Diagnostic[];
}

/**
 * Generates in memory and compares.
 * @param dir what relative paths of the configuration are relative to
 * @throws {DiagnosticError} what `resolveSchema` and `generateFiles` throw, and MRTR6001 for a file that cannot be read
 */
export async function compareGenerated(
  config: GeneratorConfig,
  dir: string,
  env: CliIo['env'],
): Promise<GeneratedFiles> {
  // Not imported above: prettier takes longer to load than `mrtr --help` to run.
  const { generateFiles } = await import('../generator/generate-files.ts');
  const { defaultSchemaPlaces, resolveSchema } = await import('../generator/source/resolve-schema.ts');
  const { LATEST_REVISION, parseRevision } = await import('../generator/source/revisions.ts');
  const out = config.out ?? 'mcp';
  const target = resolve(dir, out);
  const given = config.schema ?? LATEST_REVISION;
  const isPath = parseRevision(given) === undefined && !/^https?:\/\//.test(given) && !isAbsolute(given);
  const schema = isPath ? relative('', resolve(dir, given)) : given;
  const { document, warnings } = await resolveSchema(schema, defaultSchemaPlaces(env));
  const files = await generateFiles(document, target, config);
  const changed: ChangedFile[] = [];
  for (const [path, after] of files) {
    const before = await readIfExists(join(target, path));
    if (before !== after) changed.push({ path, before, after });
  }
  const unchanged = files.size - changed.length;
  return { schema: document.name, digest: document.digest, out, changed, unchanged, warnings };
}

async function readIfExists(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    const { unreadable } = await import('../generator/source/download-text.ts');
    throw unreadable(path, (error as Error).message);
  }
}
