import { diag } from '../../diagnostics/catalog.gen.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { AskSite } from '../../engine/find/find-asks.ts';
import type { HandlerRoot } from '../../engine/find/find-handler-roots.ts';
import { contains } from '../../engine/plan/build-flow-tree.ts';
import { planHandler, type HandlerPlan } from '../../engine/plan/plan-handler.ts';
import { spanOf } from '../../engine/plan/span-of.ts';
import { ts } from '../../engine/syntax/ts.ts';
import { contextParameter, type ContextParameter } from './context-parameter.ts';
import type { TextEdit } from '../edits.ts';
import type { HandlerFlow } from '../project/handler-flow.ts';
import { describeFlow } from './describe-flow.ts';
import { enclosingFunction } from './enclosing-function.ts';
import type { FileOutput } from './file-output.ts';
import { findLostComment } from './find-lost-comment.ts';
import { freshName, pascalCase } from './fresh-names.ts';
import type { HandlerNames } from './print-guard.ts';
import { printFunction } from './print-function.ts';
import type { HelperCalls } from './print-helper.ts';
import { withCause, type RefusedHelpers } from './refused-helpers.ts';
import { droppedParts, validateAsk } from './validate-ask.ts';
import { diagnoseOutside } from './place-of.ts';
import { importsOfUrls, returnUrls, type UrlThrow } from './url-errors.ts';
import { rootProblem } from './validate-root.ts';
import { widenReturnType } from './widen-return-type.ts';

/** What asks within a handler. */
export interface RootAsks {
  /** In its own body: asks and calls of helpers. */
  readonly own: readonly AskSite[];
  /** In functions inside it that are no helpers. */
  readonly nested: readonly AskSite[];
  /** Calls of helpers that stay as they are. */
  readonly refused: readonly ts.CallExpression[];
  /** Errors that ask a client for URLs. */
  readonly urls: readonly UrlThrow[];
}

/**
 * Rewrites a handler whole, or not at all.
 * @returns false where it stays as it is
 */
export function rewriteRoot(
  output: FileOutput,
  root: HandlerRoot,
  asks: RootAsks,
  refused: RefusedHelpers,
  calls: HelperCalls,
  localHelpers: readonly ts.Node[],
): boolean {
  const { checker } = output.facts;
  const isHere = root.registration.getSourceFile() === output.file;
  const at = isHere ? root.registration : root.fn;
  const count = countOf(asks);
  const refuse = (diagnostics: readonly Diagnostic[]): false => {
    output.addSite(at, root.name, count, 'diagnosed');
    const said = refused.reportRoot(root, diagnostics);
    output.diagnostics.push(...said.filter(({ severity }) => severity !== 'info'));
    return false;
  };
  const left = output.facts.leaves?.(root);
  if (left !== undefined) {
    output.addSite(at, root.name, count, left);
    return false;
  }
  if (refused.isRefusedRoot(root.fn)) return refuse([]);
  const notes = [...outsideOf(root, asks, refused), ...asks.own.flatMap((ask) => validateAsk(ask, checker))];
  const reason = rootProblem(root, checker);
  if (reason !== undefined) notes.push(diag.handlerShape(spanOf(root.fn), { reason }));
  const { body } = root.fn;
  if (notes.some(({ severity }) => severity !== 'info') || body === undefined || !ts.isBlock(body))
    return refuse(notes);
  const fresh = output.freshNames(root.fn);
  const context = contextParameter(root, checker, fresh);
  if (context === undefined)
    return refuse([
      ...notes,
      diag.handlerShape(spanOf(root.fn), { reason: 'it has no place for the request context' }),
    ]);
  const urlEdits = returnUrls(asks.urls, context.name);
  if (asks.own.length === 0) return returnUrlsOnly(output, root, asks, context, urlEdits);
  const planned = planHandler(root, body, asks.own, context.symbols, checker);
  if ('diagnostics' in planned) return refuse([...notes, ...planned.diagnostics]);
  const { plan } = planned;
  const stray = localHelpers.find((fn) => !isOutsideOfPhases(fn, plan));
  if (stray !== undefined) return refuse([...notes, diag.askInHelper(spanOf(stray), LATE_HELPER)]);
  const names: HandlerNames = {
    context: context.name,
    requestState: output.codec.as,
    state: fresh('state'),
    stateType: stateTypeOfRoot(root, output),
    fresh,
  };
  output.source.rewrite(urlEdits);
  const printed = printFunction(output, plan, names, calls);
  const lost = findLostComment(output.file, body, printed.edits);
  if (lost !== undefined) return refuse([...notes, diag.commentWouldBeLost({ ...spanOf(body), ...lost })]);
  const flow = describeFlow(plan, printed.declarations);
  output.addSite(at, root.name, count, plan.rung, flow);
  output.diagnostics.push(...notes, ...plan.notes, ...reportRounds(flow, root));
  output.editFunction(root.fn, printed, context, widenReturnType(root.fn));
  const isPrinted = (edit: TextEdit): boolean =>
    printed.edits.some(({ start, end }) => start <= edit.start && edit.end <= end);
  output.edit(urlEdits.filter((edit) => !isPrinted(edit)));
  output.imports.push(...importsOfUrls(asks.urls));
  output.migrated.push(root);
  output.dropped.push(...asks.own.flatMap(droppedParts), ...asks.urls.map(({ error }) => error.expression));
  return true;
}

/** A handler that asks for nothing but URLs stays as it is but for the statements that do. */
function returnUrlsOnly(
  output: FileOutput,
  root: HandlerRoot,
  asks: RootAsks,
  context: ContextParameter,
  edits: readonly TextEdit[],
): true {
  const isHere = root.registration.getSourceFile() === output.file;
  output.addSite(isHere ? root.registration : root.fn, root.name, countOf(asks), 'guard');
  output.editFunction(
    root.fn,
    { edits, imports: importsOfUrls(asks.urls), declarations: undefined },
    context,
    widenReturnType(root.fn),
  );
  output.migrated.push(root);
  output.dropped.push(...asks.urls.map(({ error }) => error.expression));
  return true;
}

export function countOf({ own, nested, refused, urls }: RootAsks): number {
  return own.length + nested.length + refused.length + urls.length;
}

/** After so many rounds the SDK's shim for legacy clients gives up (`inputRequired.maxRounds`); modern clients go on to 10. */
const LEGACY_ROUNDS = 8;

function reportRounds({ rounds = 0 }: HandlerFlow, { fn, name }: HandlerRoot): readonly Diagnostic[] {
  return rounds > LEGACY_ROUNDS ? [diag.tooManyRounds(spanOf(fn), { handler: name, count: rounds })] : [];
}

const LATE_HELPER = {
  helper: 'a function inside of the handler',
  reason: 'it is declared behind something that cannot be evaluated again in every round',
};

/** What is asked from within a handler but not by its own body. */
function outsideOf(
  root: HandlerRoot,
  { nested, refused: calls }: RootAsks,
  refused: RefusedHelpers,
): Diagnostic[] {
  const inside = nested.flatMap((ask) => {
    const owner = enclosingFunction(ask.call);
    const known = owner && refused.get(owner);
    return known === undefined || ts.isCallExpression(known.fn.parent)
      ? [diagnoseOutside(ask)]
      : refused.reportHelper(known);
  });
  const through = calls.map((call) => {
    const helper = refused.calledBy(call);
    const params = { caller: root.name, helper: helper?.name ?? call.expression.getText() };
    const said = diag.helperNotConverted(spanOf(call), params);
    const cause = helper && refused.causeOf(helper);
    return cause === undefined ? said : withCause(said, cause);
  });
  return [...inside, ...through];
}

/** A function in the leading declarations stays where it is; what follows them is printed anew. */
function isOutsideOfPhases(fn: ts.Node, plan: HandlerPlan): boolean {
  return (
    plan.rung === 'guard' ||
    plan.nodes.slice(0, plan.preambleLength).some(({ statement }) => contains(statement, fn))
  );
}

const KINDS: Readonly<Record<HandlerRoot['method'], string>> = {
  'tools/call': 'Tool',
  'prompts/get': 'Prompt',
  'resources/read': 'Resource',
};

/** `ArchiveState`; beside a helper `archive`, which the tool is often named after, `ArchiveToolState`. */
function stateTypeOfRoot({ name, method }: HandlerRoot, { taken }: FileOutput): string {
  const plain = `${pascalCase(name)}State`;
  return freshName(taken.has(plain) ? `${pascalCase(name)}${KINDS[method]}State` : plain, taken);
}
