import type { Join } from '../../engine/analyze/compute-liveness.ts';
import {
  finallyOf,
  isHelperAsk,
  listsOf,
  type AskPoint,
  type FlowNode,
  type TryNode,
} from '../../engine/plan/flow-tree.ts';
import type { HandlerPlan } from '../../engine/plan/plan-handler.ts';
import { ts } from '../../engine/syntax/ts.ts';
import type { TextEdit } from '../edits.ts';
import { planLoopPlaces } from './loop-places.ts';
import { PhasesPrinter, type PhasesOptions } from './phases-printer.ts';
import { importsOf } from './print-ask.ts';
import { answerName, answerVariable, type PrintedHandler } from './print-guard.ts';
import type { SourceText } from './source-text.ts';

/** How to print the phases of a function. */
export interface PhasesRequest extends Omit<
  PhasesOptions,
  'plan' | 'heads' | 'places' | 'helperAnswers' | 'waiting' | 'asked'
> {
  readonly checksIndexedAccess: boolean;
}

/** Prints the phases rung: one `switch` case per suspension point, the live-in sets in a discriminated union. */
export function printPhases(
  plan: HandlerPlan,
  { checksIndexedAccess, ...given }: PhasesRequest,
): PrintedHandler {
  const { source, names, checker } = given;
  // Named once: the body is printed more than once.
  const heads = new Map(
    plan.asks.flatMap(({ use, requests }) =>
      use.form === 'head' ? [[use.awaited, answerVariable(requests[0].key, names)] as const] : [],
    ),
  );
  const places = planLoopPlaces(plan, source, names.fresh, checker, checksIndexedAccess);
  const helperAnswers = new Map(
    plan.asks
      .filter(isHelperAsk)
      .map((ask): [AskPoint, string] => [
        ask,
        (ask.use.form === 'head' ? heads.get(ask.use.awaited) : undefined) ?? answerName(ask, 0, names),
      ]),
  );
  const cleanups = triesWithFinally(plan.nodes);
  const waiting = new Map(cleanups.map((node) => [node, names.fresh('isWaiting')] as const));
  const asked = cleanups.length === 0 ? '' : names.fresh('asked');
  const options = { ...given, plan, heads, places, helperAnswers, waiting, asked };
  const joins = new Map<Join, number>();
  new PhasesPrinter(options, (join) => {
    joins.set(join, (joins.get(join) ?? 0) + 1);
    return true;
  }).visitPhases();
  const printer = new PhasesPrinter(options, (join) => (joins.get(join) ?? 0) > 1);
  const body = printer.printBody();
  const { text: declarations, imports } = printer.printStateType();
  const edit = bodyEdit(plan, source, body);
  return {
    edits: [edit],
    imports: [
      ...imports,
      ...plan.asks.flatMap(({ requests }) => requests.flatMap(({ site }) => importsOf(site))),
    ],
    declarations,
  };
}

function triesWithFinally(nodes: readonly FlowNode[]): TryNode[] {
  return nodes.flatMap((node) => {
    const own = node.kind === 'try' && finallyOf(node) !== undefined ? [node] : [];
    return [...own, ...listsOf(node).flatMap(triesWithFinally)];
  });
}

/** Replaces everything after the preamble. */
function bodyEdit(plan: HandlerPlan, source: SourceText, body: string): TextEdit {
  const last = plan.preambleLength === 0 ? undefined : plan.nodes[plan.preambleLength - 1];
  const text = plan.body.getSourceFile().text;
  const start =
    last === undefined
      ? plan.body.getStart() + 1
      : (ts.getTrailingCommentRanges(text, last.statement.end)?.at(-1)?.end ?? last.statement.end);
  const gap = last === undefined ? source.eol : source.eol + source.eol;
  const closing = source.indentOf(plan.body.getLastToken() ?? plan.body);
  return { start, end: plan.body.end - 1, newText: gap + body + source.eol + closing };
}
