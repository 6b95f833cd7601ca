import { createHash } from 'node:crypto';

import type { Fix as SarifFix, Location, Log, Region, ReportingDescriptor, Result } from 'sarif';

import { catalog, type DiagnosticCode } from '../../diagnostics/catalog.gen.ts';
import type { Diagnostic, Fix, Severity, Span } from '../../diagnostics/diagnostic.ts';
import { computeLineStarts, positionAt } from '../../diagnostics/position.ts';
import { readPackageInfo } from '../package-info.ts';
import type { Report } from '../report.ts';

const LEVELS = { error: 'error', warning: 'warning', info: 'note' } as const satisfies Record<
  Severity,
  string
>;

/**
 * The findings as SARIF 2.1.0 (OASIS), which code scanning services read. Paths are relative to the directory that was
 * looked at, as `%SRCROOT%`; a fingerprint stays the same while the line of the finding does.
 */
export function printSarif({ diagnostics, sources }: Report): string {
  const codes = [...new Set(diagnostics.map(({ code }) => code))].sort();
  const places = new Places(sources);
  const results = diagnostics.map((diagnostic) =>
    describeResult(diagnostic, codes.indexOf(diagnostic.code), places),
  );
  const log: Log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'mrtr',
            semanticVersion: readPackageInfo().version,
            rules: codes.map(describeRule),
          },
        },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { SRCROOT: { description: { text: 'The directory that mrtr was run on.' } } },
        results,
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

function describeRule(code: string): ReportingDescriptor {
  const { slug, title, help, severity } = catalog[code as DiagnosticCode];
  return {
    id: code,
    name: slug.replaceAll(/(^|-)(\w)/g, (_, _dash, letter: string) => letter.toUpperCase()),
    shortDescription: { text: title },
    help: { text: `${help}\nMore: mrtr explain ${code}` },
    defaultConfiguration: { level: LEVELS[severity] },
  };
}

/** Spans as regions; line starts are computed once for each file. */
class Places {
  readonly #lineStarts: ReadonlyMap<string, readonly number[]>;
  readonly #sources: ReadonlyMap<string, string>;

  constructor(sources: ReadonlyMap<string, string>) {
    this.#sources = sources;
    this.#lineStarts = new Map([...sources].map(([file, text]) => [file, computeLineStarts(text)]));
  }

  region({ file, start, end }: Span): Region | undefined {
    const starts = this.#lineStarts.get(file);
    if (starts === undefined) return undefined;
    const from = positionAt(starts, start);
    const to = positionAt(starts, end);
    return {
      startLine: from.line,
      startColumn: from.column,
      endLine: to.line,
      endColumn: to.column,
      charOffset: start,
      charLength: end - start,
    };
  }

  location(span: Span): Location {
    const region = this.region(span);
    return {
      physicalLocation: {
        artifactLocation: artifactOf(span.file),
        ...(region === undefined ? {} : { region }),
      },
    };
  }

  /** The text of the line a span starts on, without what reformatting changes. */
  lineOf({ file, start }: Span): string {
    const text = this.#sources.get(file) ?? '';
    const from = text.lastIndexOf('\n', start - 1) + 1;
    const to = text.indexOf('\n', start);
    return text.slice(from, to === -1 ? undefined : to).trim();
  }
}

function artifactOf(file: string): { uri: string; uriBaseId: string } {
  const path = file.replace(/ \(rewritten\)$/, '').replaceAll('\\', '/');
  return { uri: path.split('/').map(encodeURIComponent).join('/'), uriBaseId: 'SRCROOT' };
}

function describeResult(diagnostic: Diagnostic, ruleIndex: number, places: Places): Result {
  const { code, severity, title, help, notes, span, related, fix } = diagnostic;
  return {
    ruleId: code,
    ruleIndex,
    level: LEVELS[severity],
    message: { text: [title, ...notes, help].join('\n') },
    ...(span === undefined
      ? {}
      : {
          locations: [places.location(span)],
          partialFingerprints: { 'mrtr/v1': fingerprint(diagnostic, span, places) },
        }),
    ...(related.length === 0
      ? {}
      : {
          relatedLocations: related.map((other, id) => ({
            id,
            ...places.location(other.span),
            message: { text: other.label },
          })),
        }),
    ...(fix === undefined ? {} : { fixes: [describeFix(fix, places)] }),
  };
}

function fingerprint({ code }: Diagnostic, span: Span, places: Places): string {
  return createHash('sha256')
    .update([code, span.file, places.lineOf(span)].join('\0'))
    .digest('hex')
    .slice(0, 32);
}

function describeFix({ title, edits }: Fix, places: Places): SarifFix {
  return {
    description: { text: title },
    artifactChanges: [...new Set(edits.map(({ file }) => file))].map((file) => ({
      artifactLocation: artifactOf(file),
      replacements: edits
        .filter((edit) => edit.file === file)
        .map((edit) => ({
          deletedRegion: places.region(edit) ?? { charOffset: edit.start, charLength: edit.end - edit.start },
          insertedContent: { text: edit.newText },
        })),
    })),
  };
}
