import { diag } from '../../diagnostics/catalog.gen.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { collectReferences, isDeclaredWithin, type Reference } from '../analyze/collect-references.ts';
import { collectHeads, computeLiveness, type Liveness } from '../analyze/compute-liveness.ts';
import { isRepeatable, type IsStable } from '../analyze/infer-effects.ts';
import { isStandardLibrary } from '../analyze/pure-builtins.ts';
import type { AskSite, HelperFunction } from '../find/find-asks.ts';
import { ts } from '../syntax/ts.ts';
import { buildFlowTree } from './build-flow-tree.ts';
import { spanOf } from './span-of.ts';
import { canComplete } from './can-complete.ts';
import { isConstant } from './evaluation-order.ts';
import { isHelperAsk, listsOf, outermostLoop, type AskPoint, type FlowNode } from './flow-tree.ts';
import { isGuard } from './is-guard.ts';
import { planLoops, type HoistedArrays } from './plan-loops.ts';
import { patternDefaults, stableVariables } from './stable-variables.ts';
import { validateCarried } from './validate-carried.ts';
import { validateScopes } from './validate-scopes.ts';

/** A handler root, or a helper that asks for one. */
export interface ResumableFunction {
  readonly fn: HelperFunction;
  readonly name: string;
}

/** What both printers need to know about one handler. */
export interface HandlerPlan {
  readonly root: ResumableFunction;
  readonly body: ts.Block;
  readonly rung: 'guard' | 'phases';
  readonly nodes: readonly FlowNode[];
  readonly asks: readonly AskPoint[];
  /** How many leading nodes are evaluated again in every round. */
  readonly preambleLength: number;
  readonly liveness: Liveness;
  readonly hoisted: HoistedArrays;
  /** Ask expressions that move in front of the statement they stand in. */
  readonly heads: ReadonlySet<ts.Node>;
  /** Declared in the handler: a parameter or a local variable. */
  readonly isLocal: (symbol: ts.Symbol) => boolean;
  /** Has the same value again in every round without being carried. */
  readonly isRematerialized: (symbol: ts.Symbol) => boolean;
  readonly references: readonly Reference[];
  /** Advice that does not stop the rewrite. */
  readonly notes: readonly Diagnostic[];
}

export type PlanResult = { readonly plan: HandlerPlan } | { readonly diagnostics: readonly Diagnostic[] };

/**
 * Decides how one handler becomes multi-round-trip, or why it cannot.
 * Requires: every site lies in the handler's own body, not in a nested function.
 * @param lowestRung `phases` for a function that may be called anew in the round of its answer
 * @param contextSymbols the parameter that receives the request context, or the names of its pattern; every round has its own
 */
export function planHandler(
  root: ResumableFunction,
  body: ts.Block,
  sites: readonly AskSite[],
  contextSymbols: ReadonlySet<ts.Symbol>,
  checker: ts.TypeChecker,
  lowestRung: HandlerPlan['rung'] = 'guard',
): PlanResult {
  const built = buildFlowTree(body, sites, checker);
  if ('diagnostics' in built) return built;
  const { nodes, asks } = built.tree;

  const references = collectReferences(root.fn, checker);
  const isLocal = (symbol: ts.Symbol): boolean => isDeclaredWithin(symbol, root.fn);
  const isStable = stableVariables(root.fn, built.tree, references, contextSymbols, checker);
  const computed = root.fn.parameters
    .flatMap(({ name, initializer }) => [...(initializer ? [initializer] : []), ...patternDefaults(name)])
    .find((value) => !isRepeatable(value, (symbol) => isStable.symbols.has(symbol), checker));
  if (computed !== undefined)
    return { diagnostics: [diag.handlerShape(spanOf(computed), { reason: COMPUTED_DEFAULT })] };
  const heads = new Set<ts.Node>();
  collectHeads(nodes, heads);
  const hoisted = planLoops(nodes, checker);

  // What a helper is given is the same in every round: the context and what the function closes over.
  const isGiven = (symbol: ts.Symbol): boolean =>
    contextSymbols.has(symbol) || (!isLocal(symbol) && isFixed(symbol));
  const isAtHand: IsStable = Object.assign(
    (symbol: ts.Symbol): boolean => isLocal(symbol) || isGiven(symbol),
    { hasThis: true },
  );
  const base = {
    root,
    body,
    nodes,
    asks,
    heads,
    isLocal,
    references,
    preambleLength: isStable.preambleLength,
    liveness: computeLiveness(nodes, isLocal, checker, hoisted),
    hoisted,
    isRematerialized: (symbol: ts.Symbol) =>
      contextSymbols.has(symbol) || !isLocal(symbol) || isStable.symbols.has(symbol),
  };
  const isLowest = lowestRung === 'guard' && asks.length === 1;
  const rung =
    isLowest && isGuard(nodes, isStable.symbols, isGiven, contextSymbols, checker) ? 'guard' : 'phases';
  const unreachable = findUnreachable(nodes);
  if (rung === 'guard') {
    // The checker narrows nothing in code that cannot run, so the answer would stay possibly undefined there.
    return unreachable === undefined
      ? { plan: { ...base, rung, notes: [] } }
      : { diagnostics: [diag.unreachableCode(spanOf(unreachable))] };
  }
  const { errors: carried, notes } = validateCarried({ ...base, rung, notes: [] }, checker);
  const again = asks
    .filter(isHelperAsk)
    .flatMap(({ requests }) => [...requests[0].site.call.arguments])
    .filter((argument) => !isRepeatable(argument, isAtHand, checker));
  const errors = [
    ...again.map((argument) => diag.askInOperand(spanOf(argument))),
    ...carried,
    ...validateScopes(nodes, references, checker),
  ];
  if (errors.length === 0 && unreachable !== undefined)
    errors.push(diag.unreachableCode(spanOf(unreachable)));
  if (errors.length > 0) return { diagnostics: errors };
  const looping = asks.find(({ requests }) => outermostLoop(nodes, requests[0].site.call) !== undefined);
  const budget =
    looping === undefined
      ? []
      : [diag.askInLoop(spanOf(looping.requests[0].site.call), { handler: root.name })];
  return { plan: { ...base, rung, notes: [...notes, ...budget] } };
}

/** A constant, a function, an import, a parameter of a function around, or a global of the language. */
function isFixed(symbol: ts.Symbol): boolean {
  const declaration = symbol.valueDeclaration;
  if (declaration === undefined) return isConstant(symbol);
  return isConstant(symbol) || ts.isParameter(declaration) || isStandardLibrary(declaration);
}

const COMPUTED_DEFAULT = 'a default value of its parameters would be computed again in every round';

/** The first statement after one that cannot complete; phases are made of what can run. */
function findUnreachable(nodes: readonly FlowNode[]): ts.Statement | undefined {
  for (const [index, node] of nodes.entries()) {
    const next = nodes[index + 1];
    if (node.kind !== 'ask' && next !== undefined && !canComplete(node.statement)) return next.statement;
    const inner = listsOf(node)
      .map(findUnreachable)
      .find((statement) => statement !== undefined);
    if (inner !== undefined) return inner;
  }
  return undefined;
}
