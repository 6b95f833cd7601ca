import { helperCall } from '../../engine/find/find-ask-helpers.ts';
import type { AskHelper, AskSite } from '../../engine/find/find-asks.ts';
import { findOpenAsks } from '../../engine/find/find-open-asks.ts';
import type { HandlerRoot } from '../../engine/find/find-handler-roots.ts';
import { contains } from '../../engine/plan/build-flow-tree.ts';
import type { ts } from '../../engine/syntax/ts.ts';
import { enclosingFunction, enclosingFunctionName } from './enclosing-function.ts';
import { FileOutput, type ProjectFacts } from './file-output.ts';
import type { HelperPlans } from './helper-plans.ts';
import { HelperCalls } from './print-helper.ts';
import { reportTest } from '../project/find-tests-of-helpers.ts';
import type { RefusedHelpers } from './refused-helpers.ts';
import { diagnoseOutside } from './place-of.ts';
import { rewriteHelper, rewriteMembers } from './rewrite-helper.ts';
import { countOf, rewriteRoot, type RootAsks } from './rewrite-root.ts';
import { UrlErrors } from './url-errors.ts';

/** What is rewritten in all files together. */
export interface Rewriting {
  /** The functions that ask for those who call them, and are rewritten with these. */
  readonly helpers: readonly AskHelper[];
  /** Added to where something turns out to be impossible, which makes another attempt necessary. */
  readonly refused: RefusedHelpers;
  /** The handlers of all files: one may be registered in another file than its own. */
  readonly roots: readonly HandlerRoot[];
}

/** Rewrites the await-style handlers and helpers of one file. A function is rewritten whole or not touched. */
export class HandlersRewriter {
  readonly output: FileOutput;
  readonly #rewriting: Rewriting;
  readonly #asks: readonly AskSite[];
  readonly #urlErrors: UrlErrors;

  constructor(file: ts.SourceFile, facts: ProjectFacts, rewriting: Rewriting) {
    this.output = new FileOutput(file, facts);
    this.#rewriting = rewriting;
    this.#urlErrors = new UrlErrors(file, facts.checker, rewriting.roots);
    const calls = new Map(
      rewriting.helpers.flatMap((helper) =>
        helper.calls
          .filter((call) => call.getSourceFile() === file)
          .map((call) => [call, helperCall(call, helper)] as const),
      ),
    );
    const own = findOpenAsks(file, facts.checker).filter(({ call }) => !calls.has(call));
    this.#asks = [...own, ...calls.values()].sort((a, b) => a.call.pos - b.call.pos);
  }

  rewrite(plans: HelperPlans): void {
    const { refused } = this.#rewriting;
    const calls = new HelperCalls(plans, this.output);
    for (const planned of plans.all) {
      if (planned.helper.fn.getSourceFile() !== this.output.file) continue;
      const problems = rewriteHelper(this.output, planned, plans, calls);
      if (problems.length > 0) refused.report(planned.helper, problems);
    }
    rewriteMembers(this.output, plans, calls);
    const { file } = this.output;
    // One function may be registered more than once.
    const roots = this.#rewriting.roots.filter(
      ({ fn }, index, all) =>
        fn.getSourceFile() === file && all.findIndex((other) => other.fn === fn) === index,
    );
    for (const root of roots) this.#rewriteRoot(root, calls);
    this.#reportRest(roots);
    this.#reportTests(plans);
    this.output.imports.push(...calls.imports);
    this.output.sites.sort((a, b) => a.line - b.line);
  }

  #rewriteRoot(root: HandlerRoot, calls: HelperCalls): void {
    const { refused, helpers } = this.#rewriting;
    const asks = this.#asksIn(root);
    if (countOf(asks) === 0) return;
    const local = helpers.filter(
      ({ fn }) => contains(root.fn, fn) && fn.getSourceFile() === this.output.file,
    );
    const isRewritten = rewriteRoot(
      this.output,
      root,
      asks,
      refused,
      calls,
      local.map(({ fn }) => fn),
    );
    if (isRewritten) return;
    const called = asks.own.flatMap(({ helper }) => helper ?? []);
    for (const helper of [...called, ...local])
      refused.because(
        helper,
        `the handler \`${root.name}\`, which cannot be converted, calls it`,
        root.fn,
        root.fn,
      );
  }

  #asksIn({ fn }: HandlerRoot): RootAsks {
    const inside = this.#asks.filter(({ call }) => contains(fn, call));
    const isHelper = (owner: ts.Node | undefined): boolean =>
      this.#rewriting.helpers.some((helper) => helper.fn === owner);
    return {
      own: inside.filter(({ call }) => enclosingFunction(call) === fn),
      nested: inside.filter(({ call }) => {
        const owner = enclosingFunction(call);
        return owner !== fn && !isHelper(owner);
      }),
      refused: this.#rewriting.refused
        .callsWithin(this.output.file)
        .filter((call) => contains(fn, call) && enclosingFunction(call) === fn),
      urls: this.#urlErrors.in(fn),
    };
  }

  #reportTests(plans: HelperPlans): void {
    const calls = plans.all.flatMap(({ helper: { name, testCalls } }) =>
      testCalls
        .filter((call) => call.getSourceFile() === this.output.file)
        .map((call) => [name, call] as const),
    );
    if (calls.length > 0) this.output.diagnostics.push(reportTest(calls));
  }

  /** The helpers that stay as they are, and the asks of code that no request of a client reaches. */
  #reportRest(roots: readonly HandlerRoot[]): void {
    const { refused, helpers } = this.#rewriting;
    const { file, diagnostics } = this.output;
    for (const { error, diagnostic } of this.#urlErrors.problems) {
      diagnostics.push(diagnostic);
      this.output.addSite(error, enclosingFunctionName(error), 1, 'diagnosed');
    }
    const isInRoot = (node: ts.Node): boolean => roots.some((root) => contains(root.fn, node));
    for (const helper of refused.all) {
      const { fn, name, isCallback } = helper;
      if (fn.getSourceFile() !== file || isInRoot(fn) || isCallback) continue;
      diagnostics.push(...refused.reportHelper(helper).filter(({ severity }) => severity !== 'info'));
      const asks = this.#asks.filter(({ call }) => enclosingFunction(call) === fn).length;
      this.output.addSite(fn, name, Math.max(asks, 1), 'diagnosed');
    }
    for (const ask of this.#asks) {
      const { call } = ask;
      const owner = enclosingFunction(call);
      const isHelper = helpers.some(({ fn }) => fn === owner);
      const isKnown = isHelper || (owner !== undefined && refused.get(owner)?.isCallback === false);
      if (isKnown || isInRoot(call)) continue;
      diagnostics.push(diagnoseOutside(ask));
      this.output.addSite(call, enclosingFunctionName(call), 1, 'diagnosed');
    }
  }
}
