import { collectReferences, isDeclaredWithin, type Reference } from '../analyze/collect-references.ts';
import { classifySerializability } from '../analyze/classify-serializability.ts';
import { findChangedVariables } from '../analyze/find-changed-variables.ts';
import { isModuleOrGlobal, isRepeatable, type IsStable } from '../analyze/infer-effects.ts';
import type { AskHelper, AskSite, HelperFunction } from '../find/find-asks.ts';
import { ts } from '../syntax/ts.ts';
import type { FlowTree } from './build-flow-tree.ts';
import { endOfAsk, outermostLoop } from './flow-tree.ts';

export interface Stability {
  readonly symbols: ReadonlySet<ts.Symbol>;
  readonly preambleLength: number;
}

/**
 * Parameters that the handler neither reassigns nor changes (the client sends them again, and the state is bound to
 * them), and the leading declarations that are computed from those alone.
 */
export function stableVariables(
  fn: HelperFunction,
  { nodes, asks }: FlowTree,
  references: readonly Reference[],
  contextSymbols: ReadonlySet<ts.Symbol>,
  checker: ts.TypeChecker,
): Stability {
  const sites = asks.flatMap(({ requests }) => requests.map(({ site }) => site));
  const calls = callsThatKeepTheirArguments(sites, checker);
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
  for (const parameter of fn.parameters) add(parameter);
  for (const symbol of handlesOf(fn, references, contextSymbols, checker)) symbols.add(symbol);

  let preambleLength = 0;
  for (const node of nodes) {
    if (
      node.kind !== 'plain' ||
      !isPreamble(node.statement, { stable: symbols, given: contextSymbols, changed }, checker)
    )
      break;
    add(node.statement);
    preambleLength += 1;
  }
  return { symbols, preambleLength };
}

export interface KnownVariables {
  readonly stable: ReadonlySet<ts.Symbol>;
  /** What every round has its own of. */
  readonly given: ReadonlySet<ts.Symbol>;
  readonly changed: ReadonlySet<ts.Symbol>;
}

/** A declaration that gives the same again in every round. */
export function isPreamble(
  statement: ts.Statement,
  { stable, given, changed }: KnownVariables,
  checker: ts.TypeChecker,
): boolean {
  const isStable: IsStable = Object.assign((symbol: ts.Symbol): boolean => stable.has(symbol), {
    isCapturable: (symbol: ts.Symbol) => given.has(symbol),
  });
  if (ts.isFunctionDeclaration(statement)) {
    const own = statement.name && checker.getSymbolAtLocation(statement.name);
    return collectReferences(statement, checker).every(
      ({ symbol }) =>
        symbol === own ||
        isDeclaredWithin(symbol, statement) ||
        stable.has(symbol) ||
        given.has(symbol) ||
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

export function patternDefaults(name: ts.BindingName): ts.Expression[] {
  if (ts.isIdentifier(name)) return [];
  return name.elements.flatMap((element) => {
    if (ts.isOmittedExpression(element)) return [];
    const own = element.initializer === undefined ? [] : [element.initializer];
    return [...own, ...patternDefaults(element.name)];
  });
}

/**
 * Parameters that are no data (servers, API clients, functions): they cannot be carried, and the caller hands them over
 * again in every round.
 */
function handlesOf(
  fn: HelperFunction,
  references: readonly Reference[],
  contextSymbols: ReadonlySet<ts.Symbol>,
  checker: ts.TypeChecker,
): ts.Symbol[] {
  const assigned = new Set(
    references.filter((r) => !r.isDeclaration && r.access !== 'read').map((r) => r.symbol),
  );
  return fn.parameters
    .flatMap(({ name }) => collectReferences(name, checker))
    .filter(
      ({ symbol, isDeclaration }) => isDeclaration && !assigned.has(symbol) && !contextSymbols.has(symbol),
    )
    .filter(({ node }) => {
      const type = checker.getTypeAtLocation(node);
      return classifySerializability(type, node, checker).verdict === 'no';
    })
    .map(({ symbol }) => symbol);
}

/** The asks, and the calls of helpers that neither change nor keep what they are given. */
function callsThatKeepTheirArguments(
  sites: readonly AskSite[],
  checker: ts.TypeChecker,
  around: ReadonlySet<AskHelper> = new Set(),
): ReadonlySet<ts.Node> {
  const kept = sites.filter(
    ({ helper }) =>
      helper === undefined || (!around.has(helper) && keepsItsArguments(helper, checker, around)),
  );
  return new Set<ts.Node>(kept.map(({ call }) => call));
}

function keepsItsArguments(
  helper: AskHelper,
  checker: ts.TypeChecker,
  around: ReadonlySet<AskHelper>,
): boolean {
  const { fn, asks } = helper;
  const references = collectReferences(fn, checker);
  const calls = callsThatKeepTheirArguments(asks, checker, new Set([...around, helper]));
  const changed = findChangedVariables(references, (call) => calls.has(call), Infinity, checker);
  const isReturned = references.some(
    ({ symbol, node }) =>
      fn.parameters.some((parameter) => isDeclaredWithin(symbol, parameter)) &&
      ts.isReturnStatement(node.parent),
  );
  return (
    !isReturned &&
    fn.parameters.every((parameter) =>
      collectReferences(parameter.name, checker).every(({ symbol }) => !changed.has(symbol)),
    )
  );
}
