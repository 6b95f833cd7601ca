import { diag } from '../../diagnostics/catalog.gen.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { AskSite } from '../find/find-asks.ts';
import { ts } from '../syntax/ts.ts';
import { spanOf } from './span-of.ts';

/** The awaited call that an ask is an element of: `await Promise.all([ask, …])`. */
interface AwaitedBatch {
  readonly combinator: string;
  readonly elements: readonly ts.Expression[];
}

/** Why asks that are in flight together keep their form; undefined where they are not, or where nothing is in the way. */
export function concurrencyProblem(sites: readonly AskSite[]): Diagnostic | undefined {
  const [first] = sites;
  const batch = first && awaitedBatch(first.call);
  if (first === undefined || batch === undefined) return undefined;
  const reason = SETTLING.get(batch.combinator) ?? memberReason(batch, sites);
  return reason === undefined
    ? undefined
    : diag.concurrentAsks(spanOf(first.call), { combinator: batch.combinator, reason });
}

/** What depends on the order in which answers come, or on one that fails: the answers of a round come together. */
const SETTLING: ReadonlyMap<string, string> = new Map([
  ['allSettled', 'it tells which of them failed, and the asks of one round are answered all or not at all'],
  ['any', 'it goes on with the first that succeeds, and the answers of one round come together'],
  ['race', 'it goes on with the first answer, and the answers of one round come together'],
]);

/** What of the array cannot be part of one round, and would have to go on beside the asks while the client is asked. */
function memberReason({ elements }: AwaitedBatch, sites: readonly AskSite[]): string | undefined {
  for (const element of elements) {
    const site = sites.find(({ call }) => call === element);
    if (site === undefined)
      return `\`${shortText(element)}\` is no ask, and cannot go on from one round to the next`;
    if (site.kind === 'helper')
      return `the helper \`${shortText(site.call.expression)}\` takes rounds of its own, and the others cannot go on meanwhile`;
  }
  return undefined;
}

function awaitedBatch(call: ts.CallExpression): AwaitedBatch | undefined {
  const array = call.parent;
  if (!ts.isArrayLiteralExpression(array) || !ts.isCallExpression(array.parent)) return undefined;
  const { expression, parent } = array.parent;
  const isAwaited = ts.isAwaitExpression(parent) || ts.isReturnStatement(parent);
  const isOfPromise =
    ts.isPropertyAccessExpression(expression) && expression.expression.getText() === 'Promise';
  return isAwaited && isOfPromise
    ? { combinator: expression.name.text, elements: array.elements }
    : undefined;
}

function shortText(node: ts.Node): string {
  const text = node.getText().replaceAll(/\s+/g, ' ');
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
