import { relative } from 'node:path';

import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { ts } from '../engine/syntax/ts.ts';
import { SourceText } from './await-to-mrtr/source-text.ts';
import { applyEdits, type FileRewrite, type TextEdit } from './edits.ts';
import { mergeImports, removeUnusedImports } from './imports.ts';
import type { RewrittenFile } from './project/migration.ts';
import type { RewrittenUnitFile } from './refuse-unit.ts';
import { announcesChanges } from './server-entry/announces-changes.ts';
import { findSessionUses } from './server-entry/find-session-uses.ts';
import { isTestFile } from './server-entry/is-test-file.ts';
import type { MovedText } from './server-entry/moved-text.ts';
import { rewriteServerEntry } from './server-entry/rewrite-server-entry.ts';

interface PrintedUnit {
  readonly root: string;
  readonly program: ts.Program;
  readonly isMigrating: boolean;
  /** Whether its servers are ours, of this migration or of an earlier one. */
  readonly isServing: boolean;
  readonly isExact: (file: ts.SourceFile) => boolean;
  readonly moved: ReadonlyMap<string, MovedText>;
}

/** The texts of the files with everything that is written into them, and what there is to say about it. */
export function printUnit(
  rewritten: readonly RewrittenUnitFile[],
  { root, program, isMigrating, isServing, isExact, moved }: PrintedUnit,
): { readonly files: Map<string, RewrittenFile>; readonly diagnostics: readonly Diagnostic[] } {
  const checker = program.getTypeChecker();
  const announces = isServing && announcesChanges(program);
  const files = new Map<string, RewrittenFile>();
  const diagnostics: Diagnostic[] = [];
  for (const { file, handlers, wiring, isSkipped, isUnwirable } of rewritten) {
    if (isSkipped) continue;
    const parts = [
      handlers,
      ...(isMigrating && !isUnwirable ? [wiring] : []),
      // What a test connects is its own.
      ...(isServing && !isTestFile(relative(root, file.fileName))
        ? [rewriteServerEntry(file, { program, checker, announces, isExact: isExact(file) })]
        : []),
    ];
    diagnostics.push(...parts.flatMap((part) => part.diagnostics));
    if (isServing) diagnostics.push(...findSessionUses(file, checker));
    const after = applyRewrites(file, parts, removeUnusedImports(file, handlers.dropped, checker));
    const before = moved.get(file.fileName)?.original ?? file.text;
    if (isServing ? after !== before : after !== file.text) files.set(file.fileName, { before, after });
  }
  return { files, diagnostics };
}

function applyRewrites(
  file: ts.SourceFile,
  parts: readonly FileRewrite[],
  unused: readonly TextEdit[],
): string {
  const edits = parts.flatMap((part) => part.edits);
  if (edits.length === 0) return file.text;
  const requests = parts.flatMap((part) => part.imports);
  return applyEdits(file.text, [...edits, ...unused, ...mergeImports(file, requests, new SourceText(file))]);
}
