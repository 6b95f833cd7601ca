import { dirname, join, relative } from 'node:path';

import type { Diagnostic, Span } from '../diagnostics/diagnostic.ts';
import type { HandlerRoot } from '../engine/find/find-handler-roots.ts';
import { nameOfHelper } from '../engine/find/helper-shape.ts';
import type { OutsideUses } from '../engine/find/outside-uses.ts';
import type { ts } from '../engine/syntax/ts.ts';
import { rewriteFiles } from './await-to-mrtr/rewrite-files.ts';
import type { HandlersRewrite, ProjectFacts } from './await-to-mrtr/file-output.ts';
import { SourceText } from './await-to-mrtr/source-text.ts';
import { withForeignAsks } from './await-to-mrtr/with-foreign-asks.ts';
import type { FileRewrite } from './edits.ts';
import { isCommonJsScript } from './merge-requires.ts';
import { findAskingBothWays } from './mark-resumable/both-ways.ts';
import { HandlerMarker } from './mark-resumable/mark-handlers.ts';
import { moduleSpecifier } from './module-specifier.ts';
import type { ObservedUnit } from './project/asking-exports.ts';
import type { SourceUnit } from './project/find-source-units.ts';
import type { ImportedAsks } from './project/imported-asks.ts';
import { loadCandidates } from './project/load-candidates.ts';
import type {
  ConvertedHelper,
  HandlerId,
  MigrationOptions,
  MigrationResult,
  RewrittenFile,
} from './project/migration.ts';
import type { Place } from './project/workspace-asks.ts';
import type { MovedText } from './server-entry/moved-text.ts';
import { printUnit } from './print-unit.ts';
import { printRequestStateModule } from './state-codec/print-request-state-module.ts';
import { findServerCreations } from './state-codec/find-server-creations.ts';
import { createsWiredServer, wireStateCodec } from './state-codec/wire-state-codec.ts';
import { leftAsks } from './await-to-mrtr/left-site.ts';
import { refuseWiring, sitesOf, type RewrittenUnitFile } from './refuse-unit.ts';

const NOTHING: HandlersRewrite = {
  edits: [],
  imports: [],
  diagnostics: [],
  sites: [],
  migrated: [],
  dropped: [],
};

export interface UnitMigration extends MigrationResult {
  readonly helpers: readonly ConvertedHelper[];
  /** The calls through other packages of the workspace whose functions are marked, as the user wrote them. */
  readonly followed: readonly Place[];
}

/** What else a caller knows of a unit, and wants to know. */
export interface UnitContext {
  /** Who calls the functions of the unit beside its program; nobody where it is not given. */
  readonly outside?: OutsideUses;
  /** What the files ask through other packages of the workspace. */
  readonly imported?: ImportedAsks | undefined;
  /** Is given the files, in the program they are analysed in, when it is known what becomes of them. */
  readonly observe?: (observed: ObservedUnit) => void;
}

/**
 * Computes the migration of files that are type-checked together. Nothing is written, and nothing but what
 * `project` reads is read.
 * @param root what `onProgress` names files relative to; in the result they have their absolute paths
 */
export function migrateUnit(
  unit: SourceUnit,
  root: string,
  { codec, form = 'readable', onProgress, unreadable, leave, compiles, ...load }: MigrationOptions,
  { outside, observe, imported }: UnitContext = {},
): UnitMigration {
  const { skip } = load;
  const {
    files: candidates,
    program,
    disk,
    moved,
  } = loadCandidates(unit, {
    ...load,
    imported: imported?.namesIn,
  });
  const checker = program.getTypeChecker();
  const importedAsks = candidates.flatMap((file) => imported?.callsIn(file, checker) ?? []);
  const bothWays = findAskingBothWays(candidates, checker, importedAsks);
  const host = hostOfRequestState(candidates);
  const requestStateFile = besides(host);
  const { leaves, rewrites } = leavesOf(leave, compiles, bothWays.handlers);
  const factsOf = factsIn(unit, candidates, { checker, leaves: rewrites }, requestStateFile);
  const isSkippedFile = (file: ts.SourceFile): boolean => skip?.has(file.fileName) === true;
  const wirings = new Map(candidates.map((file) => [file, wireStateCodec(file, factsOf(file))]));
  const unwirable = findUnwirable(wirings, checker);
  const isLeft = (file: ts.SourceFile): boolean => isSkippedFile(file) || unwirable.has(file);
  const isReadable = (file: ts.SourceFile): boolean =>
    !isLeft(file) && !bothWays.files.has(file) && unreadable?.has(file.fileName) !== true;
  const marked = candidates.filter((file) => !isLeft(file));
  const marker = form === 'readable' ? undefined : new HandlerMarker(marked, checker, leaves, importedAsks);
  const readable =
    form === 'compiled'
      ? undefined
      : rewriteFiles(candidates, program, factsOf, (file) => !isReadable(file), { disk, outside });
  const rewritten = candidates.map((file, index): RewrittenUnitFile => {
    onProgress?.({ done: index + 1, total: candidates.length, file: relative(root, file.fileName) });
    const wiring = wirings.get(file) ?? NOTHING;
    const isUnwirable = unwirable.has(file);
    const rewrite = (isReadable(file) ? readable?.get(file) : undefined) ?? NOTHING;
    const handlers = isUnwirable
      ? leftAsks(file, wiring.diagnostics, checker)
      : (marker?.complete(file, rewrite) ?? rewrite);
    return {
      file,
      isSkipped: isSkippedFile(file),
      isUnwirable,
      handlers: withForeignAsks(file, handlers, candidates, checker),
      wiring,
    };
  });
  const refusal = refuseWiring(rewritten, checker);
  observe?.({
    files: candidates,
    checker,
    imported: importedAsks,
    marked: refusal === undefined ? marker?.marked : undefined,
  });
  if (refusal !== undefined) return { ...locateInOriginals(refusal, moved), helpers: [], followed: [] };

  const isMigrating = rewritten.some(isRewritten);
  const isExact = ({ fileName }: ts.SourceFile): boolean =>
    unit.options.exactOptionalPropertyTypes === true && /tsx?$/.test(fileName);
  const isServing = isMigrating || rewritten.some(({ file }) => createsWiredServer(file, factsOf(file)));
  const { files, diagnostics } = printUnit(rewritten, {
    root,
    program,
    isMigrating,
    isServing,
    isExact,
    moved,
  });
  if (isMigrating && host !== undefined && program.getSourceFile(requestStateFile) === undefined) {
    files.set(requestStateFile, newRequestState(host, codec));
  }
  const result = { files, sites: rewritten.flatMap(sitesOf), diagnostics };
  const followed = importedAsks
    .filter((call) => marker?.isFollowed(call))
    .map((call) => originalPlace(call, moved));
  return { ...locateInOriginals(result, moved), helpers: rewritten.flatMap(helpersOf), followed };
}

/** Helpers import the codec as well, also where no handler calls them. */
function isRewritten({ handlers, isSkipped }: RewrittenUnitFile): boolean {
  return !isSkipped && (handlers.migrated.length > 0 || (handlers.helpers ?? []).length > 0);
}

function helpersOf({ handlers: { helpers = [] } }: RewrittenUnitFile): readonly ConvertedHelper[] {
  return helpers.flatMap((fn) => {
    const name = nameOfHelper(fn);
    return name === undefined ? [] : [{ file: fn.getSourceFile().fileName, name }];
  });
}

/** What is known about each file of a unit. */
function factsIn(
  { options }: SourceUnit,
  candidates: readonly ts.SourceFile[],
  common: Required<Pick<ProjectFacts, 'checker' | 'leaves'>>,
  requestStateFile: string,
): (file: ts.SourceFile) => ProjectFacts {
  return (file) => {
    const specifier = (target: string): string => moduleSpecifier(file, target, options, candidates);
    return {
      ...common,
      checksIndexedAccess: options.noUncheckedIndexedAccess === true,
      moduleSpecifier: specifier,
      requestStateModule: specifier(requestStateFile),
    };
  };
}

/** Which handlers stay as they are, and which of them no rewrite is to be had of. */
function leavesOf(
  leave: MigrationOptions['leave'],
  compiles: MigrationOptions['compiles'],
  bothWays: ReadonlySet<ts.Node>,
): Record<'leaves' | 'rewrites', NonNullable<ProjectFacts['leaves']>> {
  const idOf = ({ registration, name }: HandlerRoot): HandlerId => ({
    file: registration.getSourceFile().fileName,
    handler: name,
  });
  return {
    leaves: (root) => leave?.(idOf(root)),
    rewrites: (root) =>
      leave?.(idOf(root)) ??
      (bothWays.has(root.fn) || compiles?.(idOf(root)) === true ? 'diagnosed' : undefined),
  };
}

/** The files with a server that cannot be wired, where another file of the unit has one that can be. */
function findUnwirable(
  wirings: ReadonlyMap<ts.SourceFile, FileRewrite>,
  checker: ts.TypeChecker,
): ReadonlySet<ts.SourceFile> {
  const files = [...wirings].filter(([file]) => findServerCreations(file, checker).length > 0);
  const unwirable = files.filter(([, { diagnostics }]) => diagnostics.length > 0);
  return new Set(unwirable.length === files.length ? [] : unwirable.map(([file]) => file));
}

/** The module with the codec, in the style of the file that it stands beside. */
function newRequestState(host: ts.SourceFile, codec: MigrationOptions['codec']): RewrittenFile {
  const { quote, semicolon, eol, isTyped } = new SourceText(host);
  const style = { quote, semicolon, eol, isTyped, isCommonJs: isCommonJsScript(host) };
  return { before: '', after: printRequestStateModule(codec, style) };
}

/** The module with the codec stands beside the file that creates the server, else beside the first candidate. */
function hostOfRequestState(candidates: readonly ts.SourceFile[]): ts.SourceFile | undefined {
  return candidates.find(({ text }) => /\bnew (Mcp)?Server\(/.test(text)) ?? candidates[0];
}

function besides(host: ts.SourceFile | undefined): string {
  const extension = /\.[cm]?[jt]s(?=x?$)/.exec(host?.fileName ?? '')?.[0] ?? '.ts';
  return join(dirname(host?.fileName ?? ''), `request-state${extension}`);
}

function originalPlace(call: ts.CallExpression, moved: ReadonlyMap<string, MovedText>): Place {
  const { fileName: file } = call.getSourceFile();
  const start = call.getStart();
  return { file, start: moved.get(file)?.originalOffset(start) ?? start };
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
