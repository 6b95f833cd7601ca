import { diag } from '../../diagnostics/catalog.gen.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { AskHelper } from '../../engine/find/find-asks.ts';
import type { HandlerRoot } from '../../engine/find/find-handler-roots.ts';
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
  /** The helper or handler that stays as it is and makes this one stay. */
  readonly because?: ts.Node | undefined;
}

/** What makes a function stay that could be converted by itself. */
export interface RootCause {
  readonly name: string;
  readonly diagnostic: Diagnostic;
}

/** The helpers that stay as they are: found to be none, or refused by an earlier attempt to rewrite them. */
export class RefusedHelpers {
  readonly #helpers = new Map<ts.Node, RefusedHelper>();
  readonly #roots = new Map<
    ts.Node,
    { readonly name: string; readonly diagnostics: readonly Diagnostic[] }
  >();

  constructor(problems: readonly HelperProblem[]) {
    for (const { fn, name, reason, at, calls, because } of problems) {
      const isCallback = name === CALLBACK;
      const diagnostics = [explain(fn, name, reason, at)];
      this.#helpers.set(fn, { fn, name, calls, isCallback, diagnostics, because });
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
  reportRoot({ fn, name }: HandlerRoot, diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
    const known = this.#roots.get(fn);
    if (known === undefined) this.#roots.set(fn, { name, diagnostics });
    return known?.diagnostics ?? diagnostics;
  }

  /** What is said about a helper: where another function makes it stay, what that one stumbles over. */
  reportHelper(helper: RefusedHelper): readonly Diagnostic[] {
    const cause = this.causeOf(helper);
    if (cause === undefined || !ts.isFunctionLike(helper.fn)) return helper.diagnostics;
    const reason = `it changes together with \`${cause.name}\`, which cannot be converted`;
    return [withCause(explain(helper.fn, helper.name, reason, helper.fn), cause)];
  }

  /** The first of the functions that make each other stay; undefined where the helper is that itself. */
  causeOf({ fn, because }: RefusedHelper): RootCause | undefined {
    const seen = new Set<ts.Node>([fn]);
    for (let at = because; at !== undefined && !seen.has(at);) {
      seen.add(at);
      const helper = this.#helpers.get(at);
      const found = helper ?? this.#roots.get(at);
      if (helper?.because === undefined) return found && rootCause(found);
      at = helper.because;
    }
    return undefined;
  }

  isRefusedRoot(root: ts.Node): boolean {
    return this.#roots.has(root);
  }

  callsWithin(file: ts.SourceFile): readonly ts.CallExpression[] {
    return this.all.flatMap(({ calls }) => calls.filter((call) => call.getSourceFile() === file));
  }

  because(helper: AskHelper, reason: string, at: ts.Node = helper.fn, because?: ts.Node): void {
    this.report(helper, [explain(helper.fn, helper.name, reason, at)], because);
  }

  report({ fn, name, calls }: AskHelper, diagnostics: readonly Diagnostic[], because?: ts.Node): void {
    if (!this.#helpers.has(fn))
      this.#helpers.set(fn, { fn, name, calls, isCallback: false, diagnostics, because });
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
            callee.helper?.fn,
          );
        else if (caller !== undefined)
          this.because(
            helper,
            `\`${this.#ownerOf(caller)?.name}\`, which cannot be converted, calls it`,
            caller,
            this.#ownerOf(caller)?.fn,
          );
        else if (sibling !== undefined)
          this.because(
            helper,
            `\`${sibling.name}\` implements the same member and cannot be converted`,
            helper.fn,
            sibling.fn,
          );
      }
    }
  }

  #ownerOf(call: ts.Node): RefusedHelper | undefined {
    const owner = ts.findAncestor(call, ts.isFunctionLike);
    return owner && this.get(owner);
  }
}

/** With the place of the first cause, in one step. */
export function withCause(diagnostic: Diagnostic, { diagnostic: cause }: RootCause): Diagnostic {
  const label = `${cause.code}: ${cause.title}`;
  return cause.span === undefined
    ? { ...diagnostic, notes: [...diagnostic.notes, label] }
    : { ...diagnostic, related: [...diagnostic.related, { span: cause.span, label }] };
}

function rootCause({
  name,
  diagnostics,
}: Pick<RefusedHelper, 'name' | 'diagnostics'>): RootCause | undefined {
  const reasons = diagnostics.filter(({ severity }) => severity !== 'info');
  // MRTR1015 says only that another function stays.
  const diagnostic = reasons.find(({ code }) => code !== 'MRTR1015') ?? reasons[0];
  return diagnostic && { name, diagnostic };
}

function explain(fn: ts.Node, helper: string, reason: string, at: ts.Node): Diagnostic {
  const named = (ts.isFunctionLike(fn) ? fn.name : undefined) ?? fn;
  const span = { ...spanOf(named), end: named === fn ? fn.getStart() + 1 : named.end };
  const related = at === fn ? [] : [{ span: spanOf(at), label: 'here' }];
  return diag.askInHelper(span, { helper, reason }, { related });
}
