import { diag } from '../../diagnostics/catalog.gen.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { collectReferences, isDeclaredWithin, type Reference } from '../analyze/collect-references.ts';
import { collectHeads, computeLiveness, type Liveness } from '../analyze/compute-liveness.ts';
import { findChangedVariables } from '../analyze/find-changed-variables.ts';
import { isModuleOrGlobal, isRepeatable, type IsStable } from '../analyze/infer-effects.ts';
import type { AskSite } from '../find/find-asks.ts';
import type { HandlerRoot } from '../find/find-handler-roots.ts';
import { ts } from '../syntax/ts.ts';
import { buildFlowTree, type FlowTree } from './build-flow-tree.ts';
import { spanOf } from './span-of.ts';
import { canComplete } from './can-complete.ts';
import { endOfAsk, isHelperAsk, listsOf, outermostLoop, type AskPoint, type FlowNode } from './flow-tree.ts';
import { isConstant } from './evaluation-order.ts';
import { planLoops, type HoistedArrays } from './plan-loops.ts';
import { validateCarried } from './validate-carried.ts';
import { validateScopes } from './validate-scopes.ts';

/** A handler root, or a helper that asks for one. */
export type ResumableFunction = Pick<HandlerRoot, 'fn' | 'name'>;

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
 * @param contextSymbols the parameter that receives the request context, or the names of its pattern; every round has its own
 */
export function planHandler(
  root: ResumableFunction,
  body: ts.Block,
  sites: readonly AskSite[],
  contextSymbols: ReadonlySet<ts.Symbol>,
  checker: ts.TypeChecker,
): PlanResult {
  const built = buildFlowTree(body, sites, checker);
  if ('diagnostics' in built) return built;
  const { nodes, asks } = built.tree;

  const references = collectReferences(root.fn, checker);
  const isLocal = (symbol: ts.Symbol): boolean => isDeclaredWithin(symbol, root.fn);
  const isStable = stableVariables(root, built.tree, references, contextSymbols, checker);
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
  const rung = asks.length === 1 && isGuard(nodes, isStable.symbols, isGiven, checker) ? 'guard' : 'phases';
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
    .flatMap(({ requests }) => requests[0].site.call.arguments.map((argument) => argument))
    .filter((argument) => !isRepeatable(argument, (symbol) => isLocal(symbol) || isGiven(symbol), checker));
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

/** A constant, a function, an import, or a parameter of a function around. */
function isFixed(symbol: ts.Symbol): boolean {
  const declaration = symbol.valueDeclaration;
  return isConstant(symbol) || (declaration !== undefined && ts.isParameter(declaration));
}

const COMPUTED_DEFAULT = 'a default value of its parameters would be computed again in every round';

interface Stability {
  readonly symbols: ReadonlySet<ts.Symbol>;
  readonly preambleLength: number;
}

/**
 * Parameters that the handler neither reassigns nor changes (the client sends them again, and the state is bound to
 * them), and the leading declarations that are computed from those alone.
 */
function stableVariables(
  root: ResumableFunction,
  { nodes, asks }: FlowTree,
  references: readonly Reference[],
  contextSymbols: ReadonlySet<ts.Symbol>,
  checker: ts.TypeChecker,
): Stability {
  const own = asks.filter((ask) => !isHelperAsk(ask));
  const calls = new Set<ts.Node>(own.flatMap(({ requests }) => requests.map(({ site }) => site.call)));
  // A loop with an ask comes back to what stands in front of the ask.
  const lastAsk = Math.max(
    ...asks.map((ask) => outermostLoop(nodes, ask.requests[0].site.call)?.statement.end ?? endOfAsk(ask)),
  );
  const changed = findChangedVariables(references, (call) => calls.has(call), lastAsk, checker);
  const symbols = new Set<ts.Symbol>();
  const add = (name: ts.Node): void => {
    for (const { symbol, isDeclaration } of collectReferences(name, checker)) {
      if (isDeclaration && !changed.has(symbol) && !contextSymbols.has(symbol)) symbols.add(symbol);
    }
  };
  for (const parameter of root.fn.parameters) add(parameter);

  let preambleLength = 0;
  for (const node of nodes) {
    if (node.kind !== 'plain' || !isPreamble(node.statement, symbols, changed, checker)) break;
    add(node.statement);
    preambleLength += 1;
  }
  return { symbols, preambleLength };
}

function isPreamble(
  statement: ts.Statement,
  stable: ReadonlySet<ts.Symbol>,
  changed: ReadonlySet<ts.Symbol>,
  checker: ts.TypeChecker,
): boolean {
  const isStable = (symbol: ts.Symbol): boolean => stable.has(symbol);
  if (ts.isFunctionDeclaration(statement)) {
    const own = statement.name && checker.getSymbolAtLocation(statement.name);
    return collectReferences(statement, checker).every(
      ({ symbol }) =>
        symbol === own ||
        isDeclaredWithin(symbol, statement) ||
        stable.has(symbol) ||
        isModuleOrGlobal(symbol),
    );
  }
  if (!ts.isVariableStatement(statement))
    return ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement);
  return statement.declarationList.declarations.every((declaration) => {
    const names = collectReferences(declaration.name, checker).filter((r) => r.isDeclaration);
    if (declaration.initializer === undefined || names.some(({ symbol }) => changed.has(symbol)))
      return false;
    const defaults = patternDefaults(declaration.name);
    return [declaration.initializer, ...defaults].every((expression) =>
      isRepeatable(expression, isStable, checker),
    );
  });
}

function patternDefaults(name: ts.BindingName): ts.Expression[] {
  if (ts.isIdentifier(name)) return [];
  return name.elements.flatMap((element) => {
    if (ts.isOmittedExpression(element)) return [];
    const own = element.initializer === undefined ? [] : [element.initializer];
    return [...own, ...patternDefaults(element.name)];
  });
}

/**
 * The lowest rung: everything on the way to the only ask can be evaluated again in the next round, so nothing has to be
 * carried and no state is needed.
 */
function isGuard(
  nodes: readonly FlowNode[],
  stable: ReadonlySet<ts.Symbol>,
  isGiven: IsStable,
  checker: ts.TypeChecker,
): boolean {
  const known = new Set(stable);
  const isStable = (symbol: ts.Symbol): boolean => known.has(symbol);
  const repeatable = (node: ts.Node): boolean => isRepeatable(node, isStable, checker);
  const isKnownOrGiven = (symbol: ts.Symbol): boolean => known.has(symbol) || isGiven(symbol);

  const isRepeatableStatement = (statement: ts.Statement): boolean => {
    if (ts.isBlock(statement)) return statement.statements.every(isRepeatableStatement);
    // Code that leaves the handler ends the flow: with the same conditions it is not reached in a later round.
    if (!canComplete(statement)) return true;
    if (ts.isIfStatement(statement)) {
      return (
        repeatable(statement.expression) &&
        isRepeatableStatement(statement.thenStatement) &&
        (statement.elseStatement === undefined || isRepeatableStatement(statement.elseStatement))
      );
    }
    const isBare =
      ts.isVariableStatement(statement) &&
      statement.declarationList.declarations.every((d) => !d.initializer);
    if (!isBare && !isPreamble(statement, known, new Set(), checker)) return ts.isEmptyStatement(statement);
    for (const { symbol, isDeclaration } of collectReferences(statement, checker))
      if (isDeclaration) known.add(symbol);
    return true;
  };

  /** True once the ask is reached over repeatable code only; undefined while it has not been met. */
  const reach = (list: readonly FlowNode[]): boolean | undefined => {
    for (const node of list) {
      if (node.kind === 'ask')
        return isHelperAsk(node.ask)
          ? node.ask.requests[0].site.call.arguments.every((argument) =>
              isRepeatable(argument, isKnownOrGiven, checker),
            )
          : isGuardAsk(node.ask, repeatable);
      if (node.kind === 'plain') {
        if (!isRepeatableStatement(node.statement)) return containsAsk(list, node) ? false : undefined;
        continue;
      }
      if (node.kind === 'loop' || node.kind === 'jump') return false;
      if (node.kind === 'if' && !repeatable(node.statement.expression)) return false;
      const reached = listsOf(node)
        .map(reach)
        .find((answer) => answer !== undefined);
      if (reached !== undefined) return reached;
    }
    return undefined;
  };
  return reach(nodes) ?? false;
}

function isGuardAsk(ask: AskPoint, repeatable: (node: ts.Node) => boolean): boolean {
  return ask.requests.every(({ site }) => site.params === undefined || repeatable(site.params));
}

function containsAsk(list: readonly FlowNode[], from: FlowNode): boolean {
  return list.slice(list.indexOf(from)).some((node) => node.kind !== 'plain');
}

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
