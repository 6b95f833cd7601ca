import { diag } from '../../diagnostics/catalog.gen.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { AskHelper } from '../../engine/find/find-asks.ts';
import { planHandler, type HandlerPlan } from '../../engine/plan/plan-handler.ts';
import { spanOf } from '../../engine/plan/span-of.ts';
import { ts } from '../../engine/syntax/ts.ts';
import { namedContext, type ContextParameter } from './context-parameter.ts';
import type { FileOutput } from './file-output.ts';
import { findLostComment } from './find-lost-comment.ts';
import { freshName, pascalCase } from './fresh-names.ts';
import type { HelperPlans, PlannedHelper } from './helper-plans.ts';
import { addParameters, contextIndexOf, roundType } from './helper-signature.ts';
import type { HandlerNames } from './print-guard.ts';
import { printFunction } from './print-function.ts';
import type { HelperCalls } from './print-helper.ts';
import { droppedParts, validateAsk } from './validate-ask.ts';
import { widenReturnType } from './widen-return-type.ts';

export type HelperPlanResult =
  Omit<PlannedHelper, 'helper' | 'form'> | { readonly diagnostics: readonly Diagnostic[] };

/** A name for the type of a helper's state. */
export function stateTypeName(output: FileOutput, helper: string): string {
  return freshName(`${pascalCase(helper)}State`, output.taken);
}

/** Decides how a helper is rewritten, or why it is not. */
export function planHelper(
  output: FileOutput,
  helper: AskHelper,
  lowestRung: HandlerPlan['rung'],
  stateType: string,
): HelperPlanResult {
  const { fn, asks } = helper;
  const { checker } = output.facts;
  const notes = asks.flatMap((ask) => validateAsk(ask, checker));
  const { body } = fn;
  const isRefused = notes.some(({ severity }) => severity !== 'info');
  if (isRefused || body === undefined || !ts.isBlock(body)) return { diagnostics: notes };
  const fresh = output.freshNames(fn);
  const context = helperContext(helper, fresh, checker);
  const planned = planHandler(helper, body, asks, context.symbols, checker, lowestRung);
  if ('diagnostics' in planned) return { diagnostics: [...notes, ...planned.diagnostics] };
  const names: HandlerNames = {
    context: context.name,
    requestState: output.codec.as,
    state: fresh('state'),
    stateType,
    fresh,
    round: fresh('round'),
  };
  return { plan: planned.plan, names, context, notes: [...notes, ...planned.plan.notes] };
}

function helperContext(
  helper: AskHelper,
  fresh: (base: string) => string,
  checker: ts.TypeChecker,
): ContextParameter {
  const index = contextIndexOf(helper);
  const own = index === undefined ? undefined : helper.fn.parameters[index];
  return own === undefined
    ? {
        name: isMentionedBesideAsks('ctx', helper) ? fresh('ctx') : 'ctx',
        symbols: new Set(),
        edits: [],
        prologue: undefined,
      }
    : namedContext(own, checker, fresh);
}

/** An outer context of the same name, of which only the asks make use, may be shadowed: they ask by the helper's own. */
function isMentionedBesideAsks(name: string, { fn, asks }: AskHelper): boolean {
  const callees = new Set<ts.Node>(
    asks.filter(({ kind }) => kind !== 'helper').map(({ call }) => call.expression),
  );
  const isMentioned = (node: ts.Node): boolean =>
    !callees.has(node) &&
    ((ts.isIdentifier(node) && node.text === name) || (ts.forEachChild(node, isMentioned) ?? false));
  return isMentioned(fn);
}

/**
 * Prints a planned helper.
 * @returns what stands against it after all, which is known only once it is printed
 */
export function rewriteHelper(
  output: FileOutput,
  planned: PlannedHelper,
  plans: HelperPlans,
  calls: HelperCalls,
): readonly Diagnostic[] {
  const { helper, plan, names, context, form, notes } = planned;
  const { fn, asks, name } = helper;
  const printed = printFunction(output, plan, names, calls, plans.isExported(helper));
  const lost = findLostComment(output.file, plan.body, printed.edits);
  if (lost !== undefined) return [diag.commentWouldBeLost({ ...spanOf(plan.body), ...lost })];
  const types = form.kind === 'guard' ? [] : calls.stateTypes([form]);
  const round = roundType(form.kind, types);
  const parameters = addParameters(
    fn,
    contextIndexOf(helper),
    { context: context.name, round: names.round ?? 'round' },
    round,
    output.source.isTyped,
  );
  output.addSite(fn, name, asks.length, plan.rung);
  output.diagnostics.push(...notes);
  output.dropped.push(...asks.flatMap(droppedParts));
  output.helpers.push(fn);
  const edits = [parameters.edit, ...printed.edits];
  output.imports.push(...parameters.imports);
  output.editFunction(fn, { ...printed, edits }, context, widenReturnType(fn));
  return [];
}

/** Gives the declarations that helpers are called through the same parameters, once each. */
export function rewriteMembers(output: FileOutput, plans: HelperPlans, calls: HelperCalls): void {
  const helpers = new Set<ts.Node>(plans.all.map(({ helper }) => helper.fn));
  const done = new Set<ts.Node>();
  for (const { helper } of plans.all) {
    for (const member of [...helper.members, ...helper.passive]) {
      if (done.has(member) || helpers.has(member) || member.getSourceFile() !== output.file) continue;
      done.add(member);
      const round = roundType('phases', calls.stateTypes(plans.formsOfMember(helper)));
      const isUnused = 'body' in member && member.body !== undefined;
      const names = isUnused ? { context: '_ctx', round: '_round' } : { context: 'ctx', round: 'round' };
      const { edit, imports } = addParameters(
        member,
        contextIndexOf(helper),
        names,
        round,
        output.source.isTyped,
      );
      const returnType = isUnused ? [] : widenReturnType(member);
      output.edit([edit, ...returnType]);
      output.imports.push(...imports);
      output.importWidenedType(returnType);
    }
  }
}
