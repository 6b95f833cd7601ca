import { diag } from '../../diagnostics/catalog.gen.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { AskSite } from '../../engine/find/find-asks.ts';
import { spanOf } from '../../engine/plan/span-of.ts';
import { ts } from '../../engine/syntax/ts.ts';

const TIMERS: ReadonlySet<string> = new Set(['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask']);

/** What is said of an ask that no handler makes. */
export function diagnoseOutside({ call, isUntyped }: Pick<AskSite, 'call' | 'isUntyped'>): Diagnostic {
  return isUntyped
    ? diag.untypedAsk(spanOf(call))
    : diag.askOutsideHandler(spanOf(call), { place: placeOf(call) });
}

/** What a report calls the code around an ask that no handler makes. */
function placeOf(ask: ts.Node): string {
  const fn = ts.findAncestor(ask, ts.isFunctionLike);
  if (fn === undefined) return 'module code';
  const { parent } = fn;
  if (ts.isBinaryExpression(parent) && ts.isPropertyAccessExpression(parent.left))
    return `\`${parent.left.name.text}\``;
  if (!ts.isCallExpression(parent)) return 'code that no request of a client reaches';
  const { expression } = parent;
  const callee = ts.isPropertyAccessExpression(expression) ? expression.name.text : expression.getText();
  if (TIMERS.has(callee)) return 'a timer';
  if (callee === 'setNotificationHandler') return 'a notification handler';
  if (callee === 'setRequestHandler')
    return `the handler of ${parent.arguments[0]?.getText() ?? 'a request'}`;
  return `a callback of \`${callee}\``;
}
