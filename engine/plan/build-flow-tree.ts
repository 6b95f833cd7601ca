import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { diag } from '../../diagnostics/catalog.gen.ts';
import { collectReferences, isDeclaredWithin } from '../analyze/collect-references.ts';
import type { AskSite } from '../find/find-asks.ts';
import { ts } from '../syntax/ts.ts';
import { answersUse, answerUse, nameOfStatement } from './answer-use.ts';
import {
  loopVariable,
  type AskPoint,
  type AskRequest,
  type FlowNode,
  type LoopStatement,
} from './flow-tree.ts';
import { canComplete } from './can-complete.ts';
import { findJumps, type Jump } from './find-jumps.ts';
import { planAskKeys } from './plan-ask-keys.ts';
import { spanOf } from './span-of.ts';

export interface FlowTree {
  readonly nodes: readonly FlowNode[];
  readonly asks: readonly AskPoint[];
}

/**
 * Lowers the body of a handler to its flow tree, or says for each ask why the readable rungs cannot take it.
 * Requires: every site lies below `body`.
 */
export function buildFlowTree(
  body: ts.Block,
  sites: readonly AskSite[],
  checker: ts.TypeChecker,
): { readonly tree: FlowTree } | { readonly diagnostics: readonly Diagnostic[] } {
  const builder = new FlowTreeBuilder(sites, checker);
  const nodes = builder.lowerStatements(body.statements);
  return builder.diagnostics.length > 0
    ? { diagnostics: builder.diagnostics }
    : { tree: { nodes, asks: builder.asks } };
}

class FlowTreeBuilder {
  readonly diagnostics: Diagnostic[] = [];
  readonly asks: AskPoint[] = [];
  readonly #sites: readonly AskSite[];
  readonly #keys: ReadonlyMap<AskSite, string>;
  readonly #checker: ts.TypeChecker;
  /** The loops of the flow tree around the statement that is lowered. */
  readonly #loops: LoopStatement[] = [];

  constructor(sites: readonly AskSite[], checker: ts.TypeChecker) {
    this.#sites = sites;
    this.#keys = planAskKeys(sites);
    this.#checker = checker;
  }

  lowerStatements(statements: readonly ts.Statement[]): FlowNode[] {
    return statements.flatMap((statement) => this.#lowerStatement(statement));
  }

  #lowerStatement(statement: ts.Statement): FlowNode[] {
    const inside = this.#sites.filter((site) => contains(statement, site.call));
    const jumps = findJumps(statement, this.#loops);
    if (inside.length === 0 && jumps.length === 0) return [{ kind: 'plain', statement }];
    if (ts.isLabeledStatement(statement) && isLoop(statement.statement))
      return this.#lowerStatement(statement.statement);
    if (ts.isIfStatement(statement)) return this.#lowerIf(statement, inside);
    if (ts.isTryStatement(statement)) return this.#lowerTry(statement, inside, jumps);
    if (ts.isBreakOrContinueStatement(statement)) return this.#lowerJump(statement, jumps);
    if (inside.length === 0) return this.#refuseJump(statement, jumps);
    if (isLoop(statement)) return this.#lowerLoop(statement, inside);
    return this.#lowerAskStatement(statement, inside);
  }

  #lowerIf(statement: ts.IfStatement, inside: readonly AskSite[]): FlowNode[] {
    const inCondition = inside.filter((site) => contains(statement.expression, site.call));
    const head = inCondition.length > 0 ? this.#lowerAskStatement(statement, inCondition) : [];
    const whenTrue = this.lowerStatements(statementsOf(statement.thenStatement));
    const { elseStatement } = statement;
    const whenFalse = elseStatement === undefined ? [] : this.lowerStatements(statementsOf(elseStatement));
    return [...head, { kind: 'if', statement, whenTrue, whenFalse }];
  }

  #lowerTry(statement: ts.TryStatement, inside: readonly AskSite[], jumps: readonly Jump[]): FlowNode[] {
    const { tryBlock, catchClause, finallyBlock } = statement;
    const reason = finallyBlock && finallyProblem(finallyBlock, inside, this.#loops, this.#checker);
    if (reason !== undefined) return this.#refuse(inside, reason, statement, jumps);
    const inHandler = inside.filter((site) => catchClause !== undefined && contains(catchClause, site.call));
    if (inHandler.length > 0) return this.#refuse(inHandler, 'a `catch`', statement, jumps);
    const block = this.lowerStatements(tryBlock.statements);
    const handler = catchClause === undefined ? [] : this.lowerStatements(catchClause.block.statements);
    if (finallyBlock !== undefined && handler.some(({ kind }) => kind !== 'plain'))
      return this.#refuse(inside, 'a `try` with a `finally` whose `catch` leaves it', statement, jumps);
    return [{ kind: 'try', statement, block, handler }];
  }

  #lowerLoop(statement: LoopStatement, inside: readonly AskSite[]): FlowNode[] {
    const inHeader = inside.filter((site) => !contains(statement.statement, site.call));
    if (inHeader.length > 0) return this.#refuse(inHeader, 'the header of a loop', statement, []);
    const reason = loopProblem(statement, this.#checker);
    if (reason !== undefined) return this.#refuse(inside, reason, statement, []);
    this.#loops.push(statement);
    const body = this.lowerStatements(statementsOf(statement.statement));
    this.#loops.pop();
    return [{ kind: 'loop', statement, body, exit: { kind: 'exit', statement } }];
  }

  #lowerJump(statement: ts.BreakOrContinueStatement, [jump]: readonly Jump[]): FlowNode[] {
    if (jump === undefined) return [{ kind: 'plain', statement }];
    const to = ts.isBreakStatement(statement) ? 'exit' : 'next';
    return [{ kind: 'jump', statement, loop: jump.loop, to }];
  }

  #refuseJump(statement: ts.Statement, jumps: readonly Jump[]): FlowNode[] {
    const name = `a loop that is left from ${nameOfStatement(statement)}`;
    return this.#refuse(
      this.#sites.filter((site) => jumps.some(({ loop }) => contains(loop, site.call))),
      name,
      statement,
      [],
    );
  }

  #refuse(
    inside: readonly AskSite[],
    name: string,
    statement: ts.Statement,
    jumps: readonly Jump[],
  ): FlowNode[] {
    for (const { call } of inside)
      this.diagnostics.push(diag.askInsideStatement(spanOf(call), { statement: name }));
    if (inside.length === 0 && jumps.length > 0) this.#refuseJump(statement, jumps);
    return [];
  }

  #lowerAskStatement(statement: ts.Statement, inside: readonly AskSite[]): FlowNode[] {
    const [site, second] = inside;
    if (site === undefined) return [];
    const use =
      second === undefined ? answerUse(statement, site, this.#checker) : answersUse(statement, inside);
    if (!('form' in use)) {
      this.diagnostics.push(use);
      return [];
    }
    const request = (of: AskSite): AskRequest => ({ site: of, key: this.#keys.get(of) ?? 'answer' });
    const ask: AskPoint = { requests: [request(site), ...inside.slice(1).map(request)], use };
    this.asks.push(ask);
    const node: FlowNode = { kind: 'ask', statement, ask };
    return use.form === 'head' && !ts.isIfStatement(statement)
      ? [node, { kind: 'plain', statement }]
      : [node];
  }
}

function isLoop(statement: ts.Statement): statement is LoopStatement {
  return ts.isForOfStatement(statement) || ts.isForStatement(statement) || ts.isWhileStatement(statement);
}

/** Why a `finally` cannot run at the end of the phase that leaves its `try`; its name in the diagnostic. */
function finallyProblem(
  block: ts.Block,
  inside: readonly AskSite[],
  loops: readonly LoopStatement[],
  checker: ts.TypeChecker,
): string | undefined {
  if (inside.some((site) => contains(block, site.call))) return 'a `finally`';
  if (!canComplete(block) || findJumps(block, loops).length > 0) return 'a `try` whose `finally` leaves it';
  const assigns = collectReferences(block, checker).some(
    ({ symbol, access, isDeclaration }) =>
      !isDeclaration && access !== 'read' && !isDeclaredWithin(symbol, block),
  );
  return assigns ? 'a `try` whose `finally` assigns variables' : undefined;
}

/** Why a loop's state cannot be written as data; its name in the diagnostic. */
function loopProblem(statement: LoopStatement, checker: ts.TypeChecker): string | undefined {
  if (ts.isWhileStatement(statement)) return undefined;
  if (ts.isForStatement(statement)) {
    const { initializer } = statement;
    const isVar =
      initializer !== undefined &&
      ts.isVariableDeclarationList(initializer) &&
      (initializer.flags & ts.NodeFlags.Let) === 0;
    return isVar ? 'a `for` loop over a `var`' : undefined;
  }
  if (statement.awaitModifier !== undefined) return 'a `for await` loop';
  const variable = loopVariable(statement);
  if (variable === undefined || (ts.getCombinedNodeFlags(variable) & ts.NodeFlags.BlockScoped) === 0)
    return 'a `for…of` loop over a variable of the code around it';
  const type = checker.getTypeAtLocation(statement.expression);
  return checker.isArrayType(type) || checker.isTupleType(type)
    ? undefined
    : 'a `for…of` loop over something that is not an array';
}

function statementsOf(statement: ts.Statement): readonly ts.Statement[] {
  return ts.isBlock(statement) ? statement.statements : [statement];
}

export function contains(outer: ts.Node, inner: ts.Node): boolean {
  return inner.pos >= outer.pos && inner.end <= outer.end;
}
