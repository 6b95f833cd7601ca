import { collectReferences, isDeclaredWithin } from './collect-references.ts';
import {
  listsOf,
  loopVariable,
  type AskPoint,
  type FlowNode,
  type IfNode,
  type LoopExit,
  type LoopNode,
  type LoopStatement,
  type TryNode,
} from '../plan/flow-tree.ts';
import type { HoistedArrays } from '../plan/plan-loops.ts';
import { ts } from '../syntax/ts.ts';

/** Where control arrives from more than one place: behind an `if` or `try`, at the head of a loop, behind it. */
export type Join = IfNode | TryNode | LoopNode | LoopExit;
export type LiveSet = ReadonlySet<ts.Symbol>;

/** The live-in sets of a handler. */
export interface Liveness {
  /** Variables read after the answer is bound before they are overwritten. */
  readonly afterAsk: ReadonlyMap<AskPoint, LiveSet>;
  readonly atJoin: ReadonlyMap<Join, LiveSet>;
}

/**
 * Backward liveness over the flow tree (Aho et al., *Compilers*, §9.2.5). Exact for declarations, plain assignments,
 * blocks, `if`, and the loops and `try`s that contain asks; any other statement is taken to read all it mentions and to
 * overwrite nothing, which can only carry too much. A read inside a closure counts where the closure is created.
 */
export function computeLiveness(
  nodes: readonly FlowNode[],
  isLocal: (symbol: ts.Symbol) => boolean,
  checker: ts.TypeChecker,
  hoisted: HoistedArrays = new Set(),
): Liveness {
  const afterAsk = new Map<AskPoint, LiveSet>();
  const atJoin = new Map<Join, LiveSet>();
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

  const beforeAsk = (node: Extract<FlowNode, { kind: 'ask' }>, after: LiveSet, context: Context): LiveSet => {
    const { use, requests } = node.ask;
    let live = new Set(after);
    const pattern =
      use.form === 'declare' ? use.declaration.name : use.form === 'declare-each' ? use.pattern : undefined;
    if (pattern !== undefined) live = union(without(live, declaredBy(pattern)), readsOf(pattern));
    if (use.form === 'assign') live = without(live, new Set([checker.getSymbolAtLocation(use.target)]));
    live = union(live, context.thrown);
    afterAsk.set(node.ask, live);
    for (const { site } of requests)
      for (const argument of site.call.arguments) live = union(live, readsOf(argument));
    return live;
  };

  /** What is live at the head grows until the way around the loop adds nothing. */
  const beforeLoop = (node: LoopNode, after: LiveSet, context: Context): LiveSet => {
    const { statement } = node;
    let head: LiveSet = new Set();
    for (let size = -1; size !== head.size;) {
      size = head.size;
      const next = ts.isForStatement(statement) ? union(head, readsOfMaybe(statement.incrementor)) : head;
      const loops = new Map([...context.loops, [statement, { next, exit: after }] as const]);
      const body = beforeNodes(node.body, next, { ...context, loops });
      head = union(union(head, after), beforeBody(statement, body));
    }
    atJoin.set(node, head);
    atJoin.set(node.exit, after);
    return enterLoop(statement, head);
  };

  const beforeBody = (statement: LoopStatement, body: LiveSet): LiveSet => {
    if (ts.isForStatement(statement)) return union(body, readsOfMaybe(statement.condition));
    if (ts.isWhileStatement(statement)) return union(body, readsOf(statement.expression));
    const variable = loopVariable(statement);
    const bound =
      variable === undefined ? body : union(without(body, declaredBy(variable.name)), readsOf(variable));
    return hoisted.has(statement) ? bound : union(bound, readsOf(statement.expression));
  };

  const enterLoop = (statement: LoopStatement, head: LiveSet): LiveSet => {
    if (ts.isForOfStatement(statement)) return union(head, readsOf(statement.expression));
    if (!ts.isForStatement(statement) || statement.initializer === undefined) return head;
    return union(without(head, declaredBy(statement.initializer)), readsOf(statement.initializer));
  };

  const readsOfMaybe = (node: ts.Node | undefined): LiveSet =>
    node === undefined ? new Set() : readsOf(node);

  const beforeTry = (node: TryNode, after: LiveSet, context: Context): LiveSet => {
    atJoin.set(node, after);
    const { catchClause } = node.statement;
    const bound = catchClause?.variableDeclaration;
    const handler = beforeNodes(node.handler, after, context);
    const thrown = bound === undefined ? handler : without(handler, declaredBy(bound));
    return beforeNodes(node.block, after, { ...context, thrown: union(context.thrown, thrown) });
  };

  const beforeNode = (node: FlowNode, live: LiveSet, context: Context): LiveSet => {
    switch (node.kind) {
      case 'plain':
        return beforeStatement(node.statement, live);
      case 'ask':
        return beforeAsk(node, live, context);
      case 'jump':
        return context.loops.get(node.loop)?.[node.to] ?? live;
      case 'loop':
        return beforeLoop(node, live, context);
      case 'try':
        return beforeTry(node, live, context);
      default: {
        atJoin.set(node, live);
        const whenTrue = beforeNodes(node.whenTrue, live, context);
        const branches = union(whenTrue, beforeNodes(node.whenFalse, live, context));
        return union(branches, readsOf(node.statement.expression));
      }
    }
  };

  const beforeNodes = (list: readonly FlowNode[], after: LiveSet, context: Context): LiveSet =>
    list.reduceRight<LiveSet>(
      // What is thrown at any place goes on in the handler of the `try` around it.
      (live, node) => union(beforeNode(node, live, context), context.thrown),
      union(after, context.thrown),
    );

  beforeNodes(nodes, new Set(), { loops: new Map(), thrown: new Set() });
  return { afterAsk, atJoin };
}

interface Context {
  /** What is live at the next turn of a loop and behind it. */
  readonly loops: ReadonlyMap<LoopStatement, { readonly next: LiveSet; readonly exit: LiveSet }>;
  /** What the handlers of the `try`s around read. */
  readonly thrown: LiveSet;
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
    for (const list of listsOf(node)) collectHeads(list, heads);
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
