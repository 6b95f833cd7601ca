import { relative, resolve } from 'node:path';

import type { Diagnostic, Span } from '../../diagnostics/diagnostic.ts';
import type { MigrationResult, RewrittenFile } from '../project/migration.ts';
import type { SdkUpgrade } from './upgrade-sources.ts';
import { TextOrigin } from './text-origin.ts';

/**
 * The upgrade of the SDK and the migration that started from its texts as one change, with all places in the texts that
 * are on disk.
 */
export function composeUpgrade<Result extends MigrationResult>(
  upgrade: SdkUpgrade,
  migration: Result,
  dir: string,
): Result {
  const root = resolve(dir);
  const files = new Map<string, RewrittenFile>(upgrade.files);
  for (const [path, { before, after }] of migration.files) {
    const upgraded = upgrade.files.get(resolve(root, path));
    files.set(resolve(root, path), { before: upgraded?.before ?? before, after });
  }
  const origins = new Map<string, TextOrigin>();
  const originOf = (file: string): TextOrigin | undefined => {
    const texts = upgrade.files.get(resolve(root, file));
    if (texts === undefined || file.endsWith(REFUSED)) return undefined;
    const origin = origins.get(file) ?? new TextOrigin(texts.before, texts.after);
    origins.set(file, origin);
    return origin;
  };
  const locate = (span: Span): Span => ({
    ...span,
    ...originOf(span.file)?.originalRange(span.start, span.end),
    file: relative(root, resolve(root, span.file)),
  });
  const diagnostics = [...upgrade.diagnostics, ...migration.diagnostics].map((diagnostic): Diagnostic => ({
    ...diagnostic,
    span: diagnostic.span && locate(diagnostic.span),
    related: diagnostic.related.map((related) => ({ ...related, span: locate(related.span) })),
  }));
  const sites = migration.sites.map((site) => ({
    ...site,
    line: originOf(site.file)?.originalLine(site.line) ?? site.line,
  }));
  return { ...migration, files, sites, diagnostics };
}

/** How a span names a rewritten text that was refused; it is shown as it is. */
const REFUSED = 'rewritten)';
