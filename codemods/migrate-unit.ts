import { dirname, join, relative } from 'node:path';

import { diag } from '../diagnostics/catalog.gen.ts';
import type { Diagnostic, Span } from '../diagnostics/diagnostic.ts';
import { spanOf } from '../engine/plan/span-of.ts';
import { ts } from '../engine/syntax/ts.ts';
import { rewriteFiles } from './await-to-mrtr/rewrite-files.ts';
import type { HandlersRewrite, ProjectFacts } from './await-to-mrtr/file-output.ts';
import { SourceText } from './await-to-mrtr/source-text.ts';
import { withForeignAsks } from './await-to-mrtr/with-foreign-asks.ts';
import { applyEdits, type FileRewrite, type TextEdit } from './edits.ts';
import { mergeImports, removeUnusedImports } from './imports.ts';
import { isCommonJsScript } from './merge-requires.ts';
import { HandlerMarker } from './mark-resumable/mark-handlers.ts';
import { moduleSpecifier } from './module-specifier.ts';
import type { SourceUnit } from './project/find-source-units.ts';
import { loadCandidates } from './project/load-candidates.ts';
import type { MigratedSite, MigrationOptions, MigrationResult, RewrittenFile } from './project/migration.ts';
import type { MovedText } from './server-entry/moved-text.ts';
import { announcesChanges } from './server-entry/announces-changes.ts';
import { isTestFile } from './server-entry/is-test-file.ts';
import { findSessionUses } from './server-entry/find-session-uses.ts';
import { rewriteServerEntry } from './server-entry/rewrite-server-entry.ts';
import { printRequestStateModule } from './state-codec/print-request-state-module.ts';
import { createsWiredServer, findServerCreations, wireStateCodec } from './state-codec/wire-state-codec.ts';

const NOTHING: HandlersRewrite = {
  edits: [],
  imports: [],
  diagnostics: [],
  sites: [],
  migrated: [],
  dropped: [],
};

/**
 * Computes the migration of files that are type-checked together. Nothing is written, and nothing but what
 * `project` reads is read.
 * @param root what `onProgress` names files relative to; in the result they have their absolute paths
 * @param observe is given the files, in the program they are analysed in
 */
export function migrateUnit(
  unit: SourceUnit,
  root: string,
  { codec, form = 'readable', onProgress, unreadable, leave, compiles, ...load }: MigrationOptions,
  observe?: (files: readonly ts.SourceFile[], checker: ts.TypeChecker) => void,
): MigrationResult {
  const { skip } = load;
  const { files: candidates, program, disk, moved } = loadCandidates(unit, load);
  const checker = program.getTypeChecker();
  observe?.(candidates, checker);
  const host = hostOfRequestState(candidates);
  const requestStateFile = besides(host);
  const leaves: ProjectFacts['leaves'] = ({ registration, name }) =>
    leave?.({ file: registration.getSourceFile().fileName, handler: name });
  const rewrites: ProjectFacts['leaves'] = (root) =>
    leaves(root) ??
    (compiles?.({ file: root.registration.getSourceFile().fileName, handler: root.name }) === true
      ? 'diagnosed'
      : undefined);
  const marked = candidates.filter(({ fileName }) => skip?.has(fileName) !== true);
  const marker = form === 'readable' ? undefined : new HandlerMarker(marked, checker, leaves);
  const factsOf = (file: ts.SourceFile): ProjectFacts => {
    const specifier = (target: string): string => moduleSpecifier(file, target, unit.options, candidates);
    return {
      checker,
      checksIndexedAccess: unit.options.noUncheckedIndexedAccess === true,
      moduleSpecifier: specifier,
      leaves: rewrites,
      requestStateModule: specifier(requestStateFile),
    };
  };
  const isSkippedFile = (file: ts.SourceFile): boolean => skip?.has(file.fileName) === true;
  const isReadable = (file: ts.SourceFile): boolean =>
    !isSkippedFile(file) && unreadable?.has(file.fileName) !== true;
  const readable =
    form === 'compiled'
      ? undefined
      : rewriteFiles(candidates, program, factsOf, (file) => !isReadable(file), disk);
  const rewritten = candidates.map((file, index): RewrittenUnitFile => {
    onProgress?.({ done: index + 1, total: candidates.length, file: relative(root, file.fileName) });
    const rewrite = (isReadable(file) ? readable?.get(file) : undefined) ?? NOTHING;
    const handlers = withForeignAsks(file, marker?.complete(file, rewrite) ?? rewrite, candidates, checker);
    return { file, isSkipped: isSkippedFile(file), handlers, wiring: wireStateCodec(file, factsOf(file)) };
  });
  const refusal = refuseResolution(unit, rewritten, root) ?? refuseWiring(rewritten, checker);
  if (refusal !== undefined) return locateInOriginals(refusal, moved);

  const isMigrating = rewritten.some(({ handlers, isSkipped }) => !isSkipped && handlers.migrated.length > 0);
  const isExact = ({ fileName }: ts.SourceFile): boolean =>
    unit.options.exactOptionalPropertyTypes === true && /tsx?$/.test(fileName);
  const isServing = isMigrating || rewritten.some(({ file }) => createsWiredServer(file, factsOf(file)));
  const announces = isServing && announcesChanges(program);
  const files = new Map<string, RewrittenFile>();
  const diagnostics: Diagnostic[] = [];
  for (const { file, handlers, wiring, isSkipped } of rewritten) {
    if (isSkipped) continue;
    const parts = [
      handlers,
      ...(isMigrating ? [wiring] : []),
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
  if (isMigrating && host !== undefined && program.getSourceFile(requestStateFile) === undefined) {
    const { quote, semicolon, eol, isTyped } = new SourceText(host);
    const style = { quote, semicolon, eol, isTyped, isCommonJs: isCommonJsScript(host) };
    files.set(requestStateFile, { before: '', after: printRequestStateModule(codec, style) });
  }
  return locateInOriginals({ files, sites: rewritten.flatMap(sitesOf), diagnostics }, moved);
}

interface RewrittenUnitFile {
  readonly file: ts.SourceFile;
  readonly isSkipped: boolean;
  readonly handlers: HandlersRewrite;
  readonly wiring: FileRewrite;
}

function sitesOf({ handlers, isSkipped }: RewrittenUnitFile): readonly MigratedSite[] {
  return isSkipped ? handlers.sites.map((site) => ({ ...site, outcome: 'diagnosed' })) : handlers.sites;
}

/** What a unit's code would have to import is in the `exports` of packages, which old ways to resolve modules ignore. */
function refuseResolution(
  { options, tsConfigPath }: SourceUnit,
  rewritten: readonly RewrittenUnitFile[],
  root: string,
): MigrationResult | undefined {
  const { Classic, Node10 } = ts.ModuleResolutionKind;
  if (options.moduleResolution !== Classic && options.moduleResolution !== Node10) return undefined;
  if (!rewritten.some(({ handlers }) => handlers.migrated.length > 0)) return undefined;
  const config = relative(root, tsConfigPath ?? root);
  const sites = rewritten.flatMap((part) => sitesOf({ ...part, isSkipped: true }));
  const diagnostics = [diag.moduleResolutionWithoutExports(undefined, { config })];
  return { files: new Map(), sites, diagnostics };
}

/**
 * A migrated handler cannot suspend on a server without the codec. So when a server of the unit cannot be wired, or the
 * unit creates none, all of its handlers stay as they are.
 */
function refuseWiring(
  rewritten: readonly RewrittenUnitFile[],
  checker: ts.TypeChecker,
): MigrationResult | undefined {
  const migrated = rewritten.flatMap(({ handlers }) => handlers.migrated);
  if (migrated.length === 0) return undefined;
  const servers = rewritten.filter(({ file }) => findServerCreations(file, checker).length > 0);
  const unwired = servers.flatMap(({ wiring }) => wiring.diagnostics);
  if (servers.length > 0 && unwired.length === 0 && !servers.some(({ isSkipped }) => isSkipped))
    return undefined;
  const orphans =
    servers.length > 0
      ? []
      : migrated.map(({ registration, name }) =>
          diag.noServerToWire(spanOf(registration), { handler: name }),
        );
  const others = rewritten.flatMap(({ handlers }) =>
    handlers.diagnostics.filter(({ severity }) => severity !== 'info'),
  );
  const sites = rewritten.flatMap((part) => sitesOf({ ...part, isSkipped: true }));
  return { files: new Map(), sites, diagnostics: [...unwired, ...orphans, ...others] };
}

/** The module with the codec stands beside the file that creates the server, else beside the first candidate. */
function hostOfRequestState(candidates: readonly ts.SourceFile[]): ts.SourceFile | undefined {
  return candidates.find(({ text }) => /\bnew (Mcp)?Server\(/.test(text)) ?? candidates[0];
}

function besides(host: ts.SourceFile | undefined): string {
  const extension = /\.[cm]?[jt]s(?=x?$)/.exec(host?.fileName ?? '')?.[0] ?? '.ts';
  return join(dirname(host?.fileName ?? ''), `request-state${extension}`);
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

/** Places in files that were changed before they were analysed, as places in what the user wrote. */
function locateInOriginals(result: MigrationResult, moved: ReadonlyMap<string, MovedText>): MigrationResult {
  if (moved.size === 0) return result;
  const move = (span: Span): Span => {
    const text = moved.get(span.file);
    if (text === undefined) return span;
    return { ...span, start: text.originalOffset(span.start), end: text.originalOffset(span.end) };
  };
  return {
    ...result,
    sites: result.sites.map((site) => ({
      ...site,
      line: moved.get(site.file)?.originalLine(site.line) ?? site.line,
      ...(site.endLine !== undefined && {
        endLine: moved.get(site.file)?.originalLine(site.endLine) ?? site.endLine,
      }),
    })),
    diagnostics: result.diagnostics.map((diagnostic) => withSpans(diagnostic, move)),
  };
}

export function withSpans(diagnostic: Diagnostic, move: (span: Span) => Span): Diagnostic {
  return {
    ...diagnostic,
    span: diagnostic.span && move(diagnostic.span),
    related: diagnostic.related.map((related) => ({ ...related, span: move(related.span) })),
  };
}
