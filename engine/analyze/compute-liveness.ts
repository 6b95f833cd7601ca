import { collectReferences, isDeclaredWithin } from './collect-references.ts';
import type { AskPoint, FlowNode } from '../plan/flow-tree.ts';
import { ts } from '../syntax/ts.ts';

export type IfNode = Extract<FlowNode, { kind: 'if' }>;
export type LiveSet = ReadonlySet<ts.Symbol>;

/** The live-in sets of a handler. */
export interface Liveness {
  /** Variables read after the answer is bound before they are overwritten. */
  readonly afterAsk: ReadonlyMap<AskPoint, LiveSet>;
  /** Variables live where the two branches of an `if` meet again. */
  readonly atJoin: ReadonlyMap<IfNode, LiveSet>;
}

/**
 * Backward liveness over the flow tree (Aho et al., *Compilers*, §9.2.5). Exact for declarations, plain assignments,
 * blocks and `if`; any other statement is taken to read all it mentions and to overwrite nothing, which can only carry
 * too much. A read inside a closure counts where the closure is created.
 */
export function computeLiveness(
  nodes: readonly FlowNode[],
  isLocal: (symbol: ts.Symbol) => boolean,
  checker: ts.TypeChecker,
): Liveness {
  const afterAsk = new Map<AskPoint, LiveSet>();
  const atJoin = new Map<IfNode, LiveSet>();
  const movedAsks = new Set<ts.Node>();
  collectHeads(nodes, movedAsks);

  const readsOf = (node: ts.Node): Set<ts.Symbol> => {
    const references = collectReferences(node, checker, movedAsks);
    const isOuter = (symbol: ts.Symbol): boolean => isLocal(symbol) && !isDeclaredWithin(symbol, node);
    return new Set(references.filter((r) => r.access !== 'write' && isOuter(r.symbol)).map((r) => r.symbol));
  };
  const declaredBy = (node: ts.Node): Set<ts.Symbol> =>
    new Set(
      collectReferences(node, checker, movedAsks)
        .filter((r) => r.isDeclaration)
        .map((r) => r.symbol),
    );

  const beforeStatement = (statement: ts.Statement, after: LiveSet): Set<ts.Symbol> => {
    if (ts.isBlock(statement)) return beforeStatements(statement.statements, after);
    if (ts.isReturnStatement(statement) || ts.isThrowStatement(statement)) return readsOf(statement);
    if (ts.isVariableStatement(statement)) {
      return statement.declarationList.declarations.reduceRight<Set<ts.Symbol>>(
        (live, declaration) =>
          union(
            isOverwriting(declaration) ? without(live, declaredBy(declaration.name)) : live,
            readsOf(declaration),
          ),
        new Set(after),
      );
    }
    if (ts.isIfStatement(statement)) {
      const whenTrue = beforeStatement(statement.thenStatement, after);
      const whenFalse = statement.elseStatement ? beforeStatement(statement.elseStatement, after) : after;
      return union(union(whenTrue, whenFalse), readsOf(statement.expression));
    }
    const target = assignedVariable(statement, checker);
    if (
      target !== undefined &&
      ts.isExpressionStatement(statement) &&
      ts.isBinaryExpression(statement.expression)
    ) {
      return union(without(after, new Set([target])), readsOf(statement.expression.right));
    }
    return without(union(after, readsOf(statement)), declaredBy(statement));
  };

  const beforeStatements = (statements: readonly ts.Statement[], after: LiveSet): Set<ts.Symbol> =>
    statements.reduceRight<Set<ts.Symbol>>(
      (live, statement) => beforeStatement(statement, live),
      new Set(after),
    );

  const beforeAsk = (node: Extract<FlowNode, { kind: 'ask' }>, after: LiveSet): Set<ts.Symbol> => {
    const { use, site } = node.ask;
    let live = new Set(after);
    if (use.form === 'declare')
      live = union(without(live, declaredBy(use.declaration.name)), readsOf(use.declaration.name));
    if (use.form === 'assign') live = without(live, new Set([checker.getSymbolAtLocation(use.target)]));
    afterAsk.set(node.ask, live);
    for (const argument of site.call.arguments) {
      live = union(live, readsOf(argument));
    }
    return live;
  };

  const beforeNodes = (list: readonly FlowNode[], after: LiveSet): Set<ts.Symbol> =>
    list.reduceRight<Set<ts.Symbol>>((live, node) => {
      if (node.kind === 'plain') return beforeStatement(node.statement, live);
      if (node.kind === 'ask') return beforeAsk(node, live);
      atJoin.set(node, live);
      const branches = union(beforeNodes(node.whenTrue, live), beforeNodes(node.whenFalse, live));
      return union(branches, readsOf(node.statement.expression));
    }, new Set(after));

  beforeNodes(nodes, new Set());
  return { afterAsk, atJoin };
}

/** `var x;` alone assigns nothing (ECMA-262 §14.3.2), `let x;` assigns `undefined`. */
function isOverwriting(declaration: ts.VariableDeclaration): boolean {
  return (
    declaration.initializer !== undefined ||
    (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.BlockScoped) !== 0
  );
}

/** The ask expressions that are evaluated in a statement of their own before the statement they stand in. */
export function collectHeads(nodes: readonly FlowNode[], heads: Set<ts.Node>): void {
  for (const node of nodes) {
    if (node.kind === 'ask' && node.ask.use.form === 'head') heads.add(node.ask.use.awaited);
    if (node.kind !== 'if') continue;
    collectHeads(node.whenTrue, heads);
    collectHeads(node.whenFalse, heads);
  }
}

/** The variable that `x = value;` overwrites. */
function assignedVariable(statement: ts.Statement, checker: ts.TypeChecker): ts.Symbol | undefined {
  if (!ts.isExpressionStatement(statement) || !ts.isBinaryExpression(statement.expression)) return undefined;
  const { left, operatorToken } = statement.expression;
  if (operatorToken.kind !== ts.SyntaxKind.EqualsToken || !ts.isIdentifier(left)) return undefined;
  return checker.getSymbolAtLocation(left);
}

function union(a: LiveSet, b: LiveSet): Set<ts.Symbol> {
  return new Set([...a, ...b]);
}

function without(live: LiveSet, killed: ReadonlySet<ts.Symbol | undefined>): Set<ts.Symbol> {
  return new Set([...live].filter((symbol) => !killed.has(symbol)));
}
