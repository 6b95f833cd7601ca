/** The schemas the package embeds, read as its users' commands read them; made when no build has been run yet. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { SchemaDocument } from '../../generator/model/json-schema.ts';
import { parseDocument } from '../../generator/source/parse-document.ts';
import { defaultSchemaPlaces } from '../../generator/source/resolve-schema.ts';
import { PINNED_DIGESTS } from '../../generator/source/revisions.ts';

const { embedded } = defaultSchemaPlaces({});

/** Revision → text of the schema. */
export function readEmbeddedSchemas(): Map<string, string> {
  if (!existsSync(join(embedded, '2026-07-28.json'))) {
    const root = fileURLToPath(new URL('../..', import.meta.url));
    const made = spawnSync(process.execPath, ['--import', 'tsx', 'scripts/embed-schemas.ts'], {
      cwd: root,
      encoding: 'utf8',
    });
    if (made.status !== 0) throw new Error(made.stderr);
  }
  const files = readdirSync(embedded).filter((name) => name.endsWith('.json'));
  return new Map(
    files.sort().map((name) => [name.replace('.json', ''), readFileSync(join(embedded, name), 'utf8')]),
  );
}

export function readEmbeddedSchema(revision: string): SchemaDocument {
  return parseDocument(readEmbeddedSchemas().get(revision) ?? '', revision);
}

/**
 * Revision → schema, of every revision there is: of a copy of the specification's `schema` directory when MRTR_SPEC_DIR
 * names one, or else those that the package embeds.
 */
export function readAllSchemas(): Map<string, SchemaDocument> {
  const specification = process.env['MRTR_SPEC_DIR'];
  const texts =
    specification === undefined
      ? readEmbeddedSchemas()
      : new Map(
          [...Object.keys(PINNED_DIGESTS), 'draft'].map((revision) => [
            revision,
            readFileSync(join(specification, revision, 'schema.json'), 'utf8'),
          ]),
        );
  return new Map([...texts].map(([revision, text]) => [revision, parseDocument(text, revision)]));
}
