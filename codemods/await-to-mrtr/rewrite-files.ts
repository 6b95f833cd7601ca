import { findAskHelpers, type AskHelpers } from '../../engine/find/find-ask-helpers.ts';
import { findHandlerRoots } from '../../engine/find/find-handler-roots.ts';
import type { OutsideUses } from '../../engine/find/outside-uses.ts';
import type { AskHelper } from '../../engine/find/find-asks.ts';
import type { ts } from '../../engine/syntax/ts.ts';
import { HelperPlans } from './helper-plans.ts';
import { RefusedHelpers } from './refused-helpers.ts';
import { replaceTexts } from '../../engine/syntax/replace-texts.ts';
import { restoreElsewhere, restorePlaces } from './simplify/restore-places.ts';
import { simplifyFiles } from './simplify/simplify-files.ts';
import type { HandlersRewrite, ProjectFacts } from './file-output.ts';
import { HandlersRewriter } from './rewrite-handlers.ts';

/** What a program is part of. */
export interface ProgramSurroundings {
  /** Where it was read from. */
  readonly disk?: ts.ModuleResolutionHost | undefined;
  readonly outside?: OutsideUses | undefined;
}

/**
 * Rewrites the handlers of the files that are migrated together, and the helpers that ask for them. A helper and the
 * functions that call it change together: where one of them cannot be rewritten, the others stay as they are.
 * @param isSkipped files that must stay as they are
 */
export function rewriteFiles(
  files: readonly ts.SourceFile[],
  program: ts.Program,
  factsOf: (file: ts.SourceFile) => Omit<ProjectFacts, 'checker'>,
  isSkipped: (file: ts.SourceFile) => boolean,
  { disk, outside }: ProgramSurroundings = {},
): ReadonlyMap<ts.SourceFile, HandlersRewrite> {
  const checker = program.getTypeChecker();
  const simplified = simplifyFiles(
    files.filter((file) => !isSkipped(file)),
    checker,
  );
  if (simplified.size === 0) return rewriteSimple(files, checker, factsOf, isSkipped, outside);
  const texts = new Map([...simplified].map(([{ fileName }, { moved }]) => [fileName, moved.text] as const));
  const simpler = replaceTexts(program, texts, disk);
  const places = files.map((file) => simpler.getSourceFile(file.fileName) ?? file);
  const rewritten = rewriteSimple(places, simpler.getTypeChecker(), factsOf, isSkipped, outside);
  const roots = files.flatMap((file) => findHandlerRoots(file, checker));
  const byName = new Map([...simplified].map(([{ fileName }, simple]) => [fileName, simple] as const));
  return new Map(
    files.flatMap((file, index) => {
      const found = rewritten.get(places[index] ?? file);
      const simple = simplified.get(file);
      if (found === undefined) return [];
      const rewrite = restoreElsewhere(found, file.fileName, byName);
      return [[file, simple === undefined ? rewrite : restorePlaces(rewrite, simple, file, roots)] as const];
    }),
  );
}

/** Rewrites functions in which nothing suspends in the midst of a statement, as far as there is a way to say it so. */
function rewriteSimple(
  files: readonly ts.SourceFile[],
  checker: ts.TypeChecker,
  factsOf: (file: ts.SourceFile) => Omit<ProjectFacts, 'checker'>,
  isSkipped: (file: ts.SourceFile) => boolean,
  outside: OutsideUses | undefined,
): ReadonlyMap<ts.SourceFile, HandlersRewrite> {
  const roots = files.flatMap((file) => findHandlerRoots(file, checker));
  const found = findAskHelpers(files, checker, outside);
  const refused = new RefusedHelpers(found.problems);
  for (const helper of found.helpers)
    if ([helper.fn, ...helper.calls, ...helper.members].some((node) => isSkipped(node.getSourceFile())))
      refused.because(helper, 'it is used in a file that stays as it is');
  for (;;) {
    const before = refused.size;
    refused.spread(found.helpers);
    const facts = (file: ts.SourceFile): ProjectFacts => ({ ...factsOf(file), checker });
    const rewritten = rewriteOnce(files, { factsOf: facts, found, refused, roots });
    if (refused.size === before) return rewritten;
  }
}

interface Run {
  readonly factsOf: (file: ts.SourceFile) => ProjectFacts;
  readonly found: AskHelpers;
  readonly refused: RefusedHelpers;
  readonly roots: ReturnType<typeof findHandlerRoots>;
}

/** One attempt; what it cannot rewrite is added to `refused`, and then the attempt does not count. */
function rewriteOnce(
  files: readonly ts.SourceFile[],
  { factsOf, found, refused, roots }: Run,
): ReadonlyMap<ts.SourceFile, HandlersRewrite> {
  const helpers: readonly AskHelper[] = found.helpers.filter(({ fn }) => !refused.has(fn));
  const rewriters = new Map(
    files.map(
      (file) => [file, new HandlersRewriter(file, factsOf(file), { helpers, refused, roots })] as const,
    ),
  );
  const outputs = new Map([...rewriters].map(([file, { output }]) => [file, output] as const));
  const plans = new HelperPlans(helpers, new Set(roots.map(({ fn }) => fn)), outputs);
  for (const helper of helpers) {
    const diagnostics = plans.refusalOf(helper);
    if (diagnostics !== undefined) refused.report(helper, diagnostics);
  }
  for (const rewriter of rewriters.values()) rewriter.rewrite(plans);
  return new Map([...rewriters].map(([file, rewriter]) => [file, rewriter.output] as const));
}
