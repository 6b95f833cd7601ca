import { diag } from '../../diagnostics/catalog.gen.ts';
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import type { SchemaDocument } from '../model/json-schema.ts';
import { downloadText } from './download-text.ts';
import { parseDocument } from './parse-document.ts';
import { pinnedDigest } from './revisions.ts';
import type { Revision } from './revisions.ts';

/** The directory `schema/` of the specification repository's main branch. */
export const SPECIFICATION_BASE_URL =
  'https://raw.githubusercontent.com/modelcontextprotocol/modelcontextprotocol/main/schema';

export interface PulledSchema {
  readonly url: string;
  /** As served, to be kept unchanged. */
  readonly text: string;
  readonly document: SchemaDocument;
}

/**
 * Downloads `<baseUrl>/<revision>/schema.json`.
 * @throws {DiagnosticError} MRTR5001, 5008 (not the published text, unless `allowDigestMismatch`), or of `parseDocument`
 */
export async function pullSchema(
  revision: Revision,
  { baseUrl, allowDigestMismatch }: { readonly baseUrl: string; readonly allowDigestMismatch: boolean },
): Promise<PulledSchema> {
  const url = `${baseUrl.replace(/\/+$/, '')}/${revision}/schema.json`;
  const text = await downloadText(url);
  const document = parseDocument(text, revision, url);
  const expected = pinnedDigest(revision);
  if (expected !== undefined && expected !== document.digest && !allowDigestMismatch) {
    throw new DiagnosticError(
      diag.schemaDigestMismatch(undefined, { url, revision, actual: document.digest, expected }),
    );
  }
  return { url, text, document };
}
