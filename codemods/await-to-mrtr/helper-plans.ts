import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { AskHelper } from '../../engine/find/find-asks.ts';
import type { HandlerPlan } from '../../engine/plan/plan-handler.ts';
import { ts } from '../../engine/syntax/ts.ts';
import type { ContextParameter } from './context-parameter.ts';
import type { HelperForm } from './helper-signature.ts';
import type { HandlerNames } from './print-guard.ts';
import type { FileOutput } from './file-output.ts';
import { planHelper, stateTypeName } from './rewrite-helper.ts';

/** A helper that can be rewritten. */
export interface PlannedHelper {
  readonly helper: AskHelper;
  readonly plan: HandlerPlan;
  readonly names: HandlerNames;
  readonly context: ContextParameter;
  readonly form: HelperForm;
  readonly notes: readonly Diagnostic[];
}

/** Plans helpers on demand, those that a helper calls before itself. */
export class HelperPlans {
  readonly #planned = new Map<AskHelper, PlannedHelper>();
  readonly #refused = new Map<AskHelper, readonly Diagnostic[]>();
  readonly #forms = new Map<AskHelper, HelperForm>();
  readonly #roots: ReadonlySet<ts.Node>;
  readonly #outputs: ReadonlyMap<ts.SourceFile, FileOutput>;

  constructor(
    helpers: readonly AskHelper[],
    roots: ReadonlySet<ts.Node>,
    outputs: ReadonlyMap<ts.SourceFile, FileOutput>,
  ) {
    this.#roots = roots;
    this.#outputs = outputs;
    for (const helper of helpers) this.#plan(helper, new Set());
  }

  get all(): readonly PlannedHelper[] {
    return [...this.#planned.values()];
  }

  refusalOf(helper: AskHelper): readonly Diagnostic[] | undefined {
    return this.#refused.get(helper);
  }

  formOf(helper: AskHelper): HelperForm {
    return this.#forms.get(helper) ?? { kind: 'guard' };
  }

  /** The forms of all helpers that a call of `helper` may invoke: those that implement the same members. */
  formsOfMember(helper: AskHelper): readonly HelperForm[] {
    if (helper.members.length === 0) return [this.formOf(helper)];
    const siblings = this.all.filter((other) =>
      other.helper.members.some((member) => helper.members.includes(member)),
    );
    return siblings.map(({ form }) => form);
  }

  /** The type of the helper's state is mentioned in other files. */
  isExported(helper: AskHelper): boolean {
    const { fn, members, calls } = helper;
    const own = fn.getSourceFile();
    const isElsewhere = (node: ts.Node): boolean => node.getSourceFile() !== own;
    if ([...members, ...calls].some(isElsewhere)) return true;
    // A helper that only hands its round on lends the type to its own callers.
    return this.all.some(
      ({ helper: relay, plan }) =>
        plan.rung === 'guard' && relay.asks[0]?.helper === helper && this.isExported(relay),
    );
  }

  #plan(helper: AskHelper, around: ReadonlySet<AskHelper>): void {
    if (this.#planned.has(helper) || this.#refused.has(helper) || around.has(helper)) return;
    const callees = helper.asks.flatMap(({ helper: callee }) => callee ?? []);
    const inner = new Set([...around, helper]);
    const output = this.#outputs.get(helper.fn.getSourceFile());
    if (output === undefined) return;
    const stateType = stateTypeName(output, helper.name);
    const own: HelperForm = { kind: 'phases', stateType, file: helper.fn.getSourceFile() };
    this.#forms.set(helper, own);
    for (const callee of callees) this.#plan(callee, inner);

    const [only, second] = helper.asks;
    const isRelay = only?.helper !== undefined && !inner.has(only.helper);
    // Its caller lends a guard one key.
    const mayGuard = second === undefined && (isRelay || this.#isCalledOncePerRound(helper));
    const lowest = mayGuard ? 'guard' : 'phases';
    const result = planHelper(output, helper, lowest, stateType);
    if ('diagnostics' in result) {
      this.#refused.set(helper, result.diagnostics);
      return;
    }
    const isGuard = result.plan.rung === 'guard';
    const form: HelperForm = !isGuard
      ? own
      : only?.helper === undefined
        ? { kind: 'guard' }
        : this.formOf(only.helper);
    this.#forms.set(helper, form);
    this.#planned.set(helper, { ...result, helper, form });
  }

  /** Its answer is found by key alone, so it must not be called anew in the round of the answer. */
  #isCalledOncePerRound(helper: AskHelper): boolean {
    if (helper.members.length > 0) return false;
    return helper.calls.every((call) => {
      const owner = ts.findAncestor(
        call,
        (node) => ts.isFunctionLike(node) || ts.isIterationStatement(node, false),
      );
      return owner !== undefined && this.#roots.has(owner);
    });
  }
}
