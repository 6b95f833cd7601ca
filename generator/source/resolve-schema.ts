import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import envPaths from 'env-paths';

import { diag } from '../../diagnostics/catalog.gen.ts';
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { SchemaDocument } from '../model/json-schema.ts';
import { downloadText, unreadable } from './download-text.ts';
import { parseDocument } from './parse-document.ts';
import { parseRevision, pinnedDigest } from './revisions.ts';
import type { Revision } from './revisions.ts';

/** Where revisions are looked for. Both are directories of `<revision>.json`. */
export interface SchemaPlaces {
  /** What `mrtr schema pull` wrote. */
  readonly cache: string;
  /** What came with the package. */
  readonly embedded: string;
}

export interface ResolvedSchema {
  readonly document: SchemaDocument;
  /** The path or URL the text came from. */
  readonly location: string;
  readonly warnings: readonly Diagnostic[];
}

/**
 * The user's cache directory, which MRTR_CACHE_DIR overrides, and the package's `dist/embedded`. This file runs from the
 * sources too (tests), where `dist` is a sibling of `generator` instead of its parent.
 */
export function defaultSchemaPlaces(env: Readonly<Record<string, string | undefined>>): SchemaPlaces {
  const runsFromDist = import.meta.url.endsWith('.js');
  const embedded = new URL(runsFromDist ? '../../embedded/' : '../../dist/embedded/', import.meta.url);
  return {
    cache: env['MRTR_CACHE_DIR'] ?? join(envPaths('mrtr', { suffix: '' }).cache, 'schemas'),
    embedded: fileURLToPath(embedded),
  };
}

/**
 * Finds the schema that `--schema` names. A revision never touches the network.
 * @param spec a revision, an http(s) URL, or a path
 * @throws {DiagnosticError} MRTR5001 unreadable; 5007 a revision that is nowhere; what `parseDocument` throws
 */
export async function resolveSchema(spec: string, places: SchemaPlaces): Promise<ResolvedSchema> {
  const revision = parseRevision(spec);
  if (revision !== undefined) return await resolveRevision(revision, places);
  const text = /^https?:\/\//.test(spec) ? await downloadText(spec) : await readText(spec);
  // A header must not differ between machines, so it does not carry a directory.
  const name = spec.split(/[\\/]/).at(-1) ?? spec;
  return { document: parseDocument(text, name, spec), location: spec, warnings: [] };
}

async function resolveRevision(revision: Revision, places: SchemaPlaces): Promise<ResolvedSchema> {
  for (const directory of [places.cache, places.embedded]) {
    const location = join(directory, `${revision}.json`);
    const text = await readIfExists(location);
    if (text === undefined) continue;
    const document = parseDocument(text, revision, location);
    const pinned = pinnedDigest(revision);
    const canonical = pinned === undefined || pinned === document.digest;
    const warnings = canonical
      ? []
      : [diag.schemaCopyNotCanonical(undefined, { revision, digest: document.digest })];
    return { document, location, warnings };
  }
  throw new DiagnosticError(diag.schemaNotAvailable(undefined, { revision }));
}

async function readIfExists(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unreadable(path, (error as Error).message);
  }
}

async function readText(path: string): Promise<string> {
  const text = await readIfExists(path);
  if (text === undefined) throw unreadable(path, 'there is no such file');
  return text;
}

/** @throws {DiagnosticError} MRTR5001 when `spec` is a URL or a revision, which cannot be watched */
export function assertFile(spec: string): string {
  if (parseRevision(spec) === undefined && !/^https?:\/\//.test(spec)) return spec;
  throw unreadable(spec, '--watch needs a file');
}
