import { diag } from '../../diagnostics/catalog.gen.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { AskHelper } from '../../engine/find/find-asks.ts';
import { CALLBACK, type HelperProblem } from '../../engine/find/helper-shape.ts';
import { spanOf } from '../../engine/plan/span-of.ts';
import { ts } from '../../engine/syntax/ts.ts';

/** A helper that stays as it is, with what is said about it. */
export interface RefusedHelper {
  readonly fn: ts.Node;
  readonly name: string;
  readonly calls: readonly ts.CallExpression[];
  /** A function without a name, which code that is no handler was given. */
  readonly isCallback: boolean;
  readonly diagnostics: readonly Diagnostic[];
}

/** The helpers that stay as they are: found to be none, or refused by an earlier attempt to rewrite them. */
export class RefusedHelpers {
  readonly #helpers = new Map<ts.Node, RefusedHelper>();
  readonly #roots = new Map<ts.Node, readonly Diagnostic[]>();

  constructor(problems: readonly HelperProblem[]) {
    for (const { fn, name, reason, at, calls } of problems) {
      const isCallback = name === CALLBACK;
      this.#helpers.set(fn, { fn, name, calls, isCallback, diagnostics: [explain(fn, name, reason, at)] });
    }
  }

  get size(): number {
    return this.#helpers.size;
  }

  has(fn: ts.Node): boolean {
    return this.#helpers.has(fn);
  }

  get(fn: ts.Node): RefusedHelper | undefined {
    return this.#helpers.get(fn);
  }

  /** The refused helper that a call invokes. */
  calledBy(call: ts.Node): RefusedHelper | undefined {
    return this.all.find(({ calls }) => calls.some((known) => known === call));
  }

  get all(): readonly RefusedHelper[] {
    return [...this.#helpers.values()];
  }

  /** What an earlier attempt said about a handler; helpers that were refused because of it would hide that. */
  reportRoot(root: ts.Node, diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
    const known = this.#roots.get(root);
    if (known === undefined) this.#roots.set(root, diagnostics);
    return known ?? diagnostics;
  }

  isRefusedRoot(root: ts.Node): boolean {
    return this.#roots.has(root);
  }

  callsWithin(file: ts.SourceFile): readonly ts.CallExpression[] {
    return this.all.flatMap(({ calls }) => calls.filter((call) => call.getSourceFile() === file));
  }

  because(helper: AskHelper, reason: string, at: ts.Node = helper.fn): void {
    this.report(helper, [explain(helper.fn, helper.name, reason, at)]);
  }

  report({ fn, name, calls }: AskHelper, diagnostics: readonly Diagnostic[]): void {
    if (!this.#helpers.has(fn)) this.#helpers.set(fn, { fn, name, calls, isCallback: false, diagnostics });
  }

  /** Refuses what depends on refused helpers: their callers, what they call, and what shares a member with them. */
  spread(helpers: readonly AskHelper[]): void {
    for (let before = -1; before !== this.size;) {
      before = this.size;
      for (const helper of helpers) {
        if (this.has(helper.fn)) continue;
        const callee = helper.asks.find(({ helper: called }) => called !== undefined && this.has(called.fn));
        const caller = helper.calls.find((call) => this.#ownerOf(call) !== undefined);
        const sibling = helpers.find(
          (other) => this.has(other.fn) && other.members.some((member) => helper.members.includes(member)),
        );
        if (callee !== undefined)
          this.because(
            helper,
            `it awaits \`${callee.helper?.name}\`, which cannot be converted`,
            callee.call,
          );
        else if (caller !== undefined)
          this.because(
            helper,
            `\`${this.#ownerOf(caller)?.name}\`, which cannot be converted, calls it`,
            caller,
          );
        else if (sibling !== undefined)
          this.because(helper, `\`${sibling.name}\` implements the same member and cannot be converted`);
      }
    }
  }

  #ownerOf(call: ts.Node): RefusedHelper | undefined {
    const owner = ts.findAncestor(call, ts.isFunctionLike);
    return owner && this.get(owner);
  }
}

function explain(fn: ts.Node, helper: string, reason: string, at: ts.Node): Diagnostic {
  const named = (ts.isFunctionLike(fn) ? fn.name : undefined) ?? fn;
  const span = { ...spanOf(named), end: named === fn ? fn.getStart() + 1 : named.end };
  const related = at === fn ? [] : [{ span: spanOf(at), label: 'here' }];
  return diag.askInHelper(span, { helper, reason }, { related });
}
