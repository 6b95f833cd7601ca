import type { IfNode } from '../../engine/analyze/compute-liveness.ts';
import type { HandlerPlan } from '../../engine/plan/plan-handler.ts';
import { ts } from '../../engine/syntax/ts.ts';
import type { TextEdit } from '../edits.ts';
import { PhasesPrinter } from './phases-printer.ts';
import { importsOf } from './print-ask.ts';
import { answerVariable, type HandlerNames, type PrintedHandler } from './print-guard.ts';
import type { PrintedType } from './print-type.ts';
import type { SourceText } from './source-text.ts';

/** Prints the phases rung: one `switch` case per suspension point, the live-in sets in a discriminated union. */
export function printPhases(
  plan: HandlerPlan,
  source: SourceText,
  names: HandlerNames,
  checker: ts.TypeChecker,
  typeText: (type: ts.Type) => PrintedType,
): PrintedHandler {
  // Named once: the body is printed more than once.
  const heads = new Map(
    plan.asks.flatMap(({ use, key }) =>
      use.form === 'head' ? [[use.awaited, answerVariable(key, names)] as const] : [],
    ),
  );
  const joins = new Map<IfNode, number>();
  new PhasesPrinter(plan, source, names, checker, typeText, heads, (join) => {
    joins.set(join, (joins.get(join) ?? 0) + 1);
    return true;
  }).visitPhases();
  const printer = new PhasesPrinter(
    plan,
    source,
    names,
    checker,
    typeText,
    heads,
    (join) => (joins.get(join) ?? 0) > 1,
  );
  const body = printer.printBody();
  const { text: declarations, imports } = printer.printStateType();
  const edit = bodyEdit(plan, source, body);
  return {
    edits: [edit],
    imports: [...imports, ...plan.asks.flatMap((ask) => importsOf(ask.site))],
    declarations,
  };
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
