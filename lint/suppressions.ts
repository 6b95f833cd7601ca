import { diag } from '../diagnostics/catalog.gen.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { ts } from '../engine/syntax/ts.ts';

/** `// mrtr-ignore MRTR3003 -- why`: for its own line, or for the next one when it stands alone. */
const COMMENT = /\/\/ mrtr-ignore (?<codes>MRTR\d{4}(?:[, ]+MRTR\d{4})*)(?<reason> -- \S.*)?/g;

interface Suppression {
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly codes: readonly string[];
  readonly hasReason: boolean;
}

/**
 * Leaves out the findings that a comment of their line suppresses, and reports the comments that suppress nothing or give
 * no reason.
 */
export function applySuppressions(
  file: ts.SourceFile,
  findings: readonly Diagnostic[],
): readonly Diagnostic[] {
  const suppressions = findSuppressions(file);
  if (suppressions.length === 0) return findings;
  const used = new Set<Suppression>();
  const left = findings.filter((finding) => {
    const { line } = file.getLineAndCharacterOfPosition(finding.span?.start ?? 0);
    const by = suppressions.find(
      (one) => one.line === line && one.codes.includes(finding.code) && one.hasReason,
    );
    if (by !== undefined) used.add(by);
    return by === undefined;
  });
  const idle = suppressions.filter((one) => !used.has(one));
  return [...left, ...idle.map((one) => reportIdle(file, one))];
}

function findSuppressions(file: ts.SourceFile): readonly Suppression[] {
  return [...file.text.matchAll(COMMENT)].map((match) => {
    const { line, character } = file.getLineAndCharacterOfPosition(match.index);
    const isAlone = file.text.slice(match.index - character, match.index).trim() === '';
    return {
      start: match.index,
      end: match.index + match[0].length,
      line: isAlone ? line + 1 : line,
      codes: (match.groups?.['codes'] ?? '').split(/[, ]+/),
      hasReason: match.groups?.['reason'] !== undefined,
    };
  });
}

function reportIdle(file: ts.SourceFile, { start, end, codes, hasReason }: Suppression): Diagnostic {
  const reason = hasReason ? 'there is nothing to suppress' : 'it gives no reason (` -- why`)';
  return diag.idleSuppression({ file: file.fileName, start, end }, { codes: codes.join(', '), reason });
}
