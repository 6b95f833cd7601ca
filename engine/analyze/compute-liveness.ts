import { collectReferences, isDeclaredWithin } from './collect-references.ts';
import {
  isHelperAsk,
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
  /** Variables read after the answer is bound before they are overwritten; for a helper, from its call on. */
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
  const pass = new LivenessPass(nodes, isLocal, checker, hoisted);
  pass.run(nodes);
  return pass;
}

interface Context {
  /** What is live at the next turn of a loop and behind it. */
  readonly loops: ReadonlyMap<LoopStatement, { readonly next: LiveSet; readonly exit: LiveSet }>;
  /** What the handlers of the `try`s around read. */
  readonly thrown: LiveSet;
}

/** One backward pass over a flow tree. */
class LivenessPass implements Liveness {
  readonly afterAsk = new Map<AskPoint, LiveSet>();
  readonly atJoin = new Map<Join, LiveSet>();
  readonly #movedAsks = new Set<ts.Node>();
  readonly #isLocal: (symbol: ts.Symbol) => boolean;
  readonly #checker: ts.TypeChecker;
  readonly #hoisted: HoistedArrays;

  constructor(
    nodes: readonly FlowNode[],
    isLocal: (symbol: ts.Symbol) => boolean,
    checker: ts.TypeChecker,
    hoisted: HoistedArrays,
  ) {
    this.#isLocal = isLocal;
    this.#checker = checker;
    this.#hoisted = hoisted;
    collectHeads(nodes, this.#movedAsks);
  }

  run(nodes: readonly FlowNode[]): void {
    this.#beforeNodes(nodes, new Set(), { loops: new Map(), thrown: new Set() });
  }

  #readsOf(node: ts.Node): Set<ts.Symbol> {
    const references = collectReferences(node, this.#checker, this.#movedAsks);
    const isOuter = (symbol: ts.Symbol): boolean => this.#isLocal(symbol) && !isDeclaredWithin(symbol, node);
    return new Set(references.filter((r) => r.access !== 'write' && isOuter(r.symbol)).map((r) => r.symbol));
  }

  #declaredBy(node: ts.Node): Set<ts.Symbol> {
    return new Set(
      collectReferences(node, this.#checker, this.#movedAsks)
        .filter((r) => r.isDeclaration)
        .map((r) => r.symbol),
    );
  }

  #beforeStatement(statement: ts.Statement, after: LiveSet): Set<ts.Symbol> {
    if (ts.isBlock(statement)) return this.#beforeStatements(statement.statements, after);
    if (ts.isReturnStatement(statement) || ts.isThrowStatement(statement)) return this.#readsOf(statement);
    if (ts.isVariableStatement(statement)) {
      return statement.declarationList.declarations.reduceRight<Set<ts.Symbol>>(
        (live, declaration) =>
          union(
            isOverwriting(declaration) ? without(live, this.#declaredBy(declaration.name)) : live,
            this.#readsOf(declaration),
          ),
        new Set(after),
      );
    }
    if (ts.isIfStatement(statement)) {
      const whenTrue = this.#beforeStatement(statement.thenStatement, after);
      const whenFalse = statement.elseStatement
        ? this.#beforeStatement(statement.elseStatement, after)
        : after;
      return union(union(whenTrue, whenFalse), this.#readsOf(statement.expression));
    }
    const target = assignedVariable(statement, this.#checker);
    if (
      target !== undefined &&
      ts.isExpressionStatement(statement) &&
      ts.isBinaryExpression(statement.expression)
    ) {
      return union(without(after, new Set([target])), this.#readsOf(statement.expression.right));
    }
    return without(union(after, this.#readsOf(statement)), this.#declaredBy(statement));
  }

  #beforeStatements(statements: readonly ts.Statement[], after: LiveSet): Set<ts.Symbol> {
    return statements.reduceRight<Set<ts.Symbol>>(
      (live, statement) => this.#beforeStatement(statement, live),
      new Set(after),
    );
  }

  #beforeAsk(node: Extract<FlowNode, { kind: 'ask' }>, after: LiveSet, context: Context): LiveSet {
    const { use, requests } = node.ask;
    let live = new Set(after);
    const pattern =
      use.form === 'declare' ? use.declaration.name : use.form === 'declare-each' ? use.pattern : undefined;
    if (pattern !== undefined) live = union(without(live, this.#declaredBy(pattern)), this.#readsOf(pattern));
    if (use.form === 'assign') live = without(live, new Set([this.#checker.getSymbolAtLocation(use.target)]));
    live = union(live, context.thrown);
    const behind = live;
    for (const { site } of requests)
      for (const argument of site.call.arguments) live = union(live, this.#readsOf(argument));
    this.afterAsk.set(node.ask, isHelperAsk(node.ask) ? live : behind);
    return live;
  }

  /** What is live at the head grows until the way around the loop adds nothing. */
  #beforeLoop(node: LoopNode, after: LiveSet, context: Context): LiveSet {
    const { statement } = node;
    let head: LiveSet = new Set();
    for (let size = -1; size !== head.size;) {
      size = head.size;
      const next = ts.isForStatement(statement)
        ? union(head, this.#readsOfMaybe(statement.incrementor))
        : head;
      const loops = new Map([...context.loops, [statement, { next, exit: after }] as const]);
      const body = this.#beforeNodes(node.body, next, { ...context, loops });
      head = union(union(head, after), this.#beforeBody(statement, body));
    }
    this.atJoin.set(node, head);
    this.atJoin.set(node.exit, after);
    return this.#enterLoop(statement, head);
  }

  #beforeBody(statement: LoopStatement, body: LiveSet): LiveSet {
    if (ts.isForStatement(statement)) return union(body, this.#readsOfMaybe(statement.condition));
    if (ts.isWhileStatement(statement)) return union(body, this.#readsOf(statement.expression));
    const variable = loopVariable(statement);
    const bound =
      variable === undefined
        ? body
        : union(without(body, this.#declaredBy(variable.name)), this.#readsOf(variable));
    return this.#hoisted.has(statement) ? bound : union(bound, this.#readsOf(statement.expression));
  }

  #enterLoop(statement: LoopStatement, head: LiveSet): LiveSet {
    if (ts.isForOfStatement(statement)) return union(head, this.#readsOf(statement.expression));
    if (!ts.isForStatement(statement) || statement.initializer === undefined) return head;
    return union(
      without(head, this.#declaredBy(statement.initializer)),
      this.#readsOf(statement.initializer),
    );
  }

  #readsOfMaybe(node: ts.Node | undefined): LiveSet {
    return node === undefined ? new Set() : this.#readsOf(node);
  }

  #beforeTry(node: TryNode, after: LiveSet, context: Context): LiveSet {
    this.atJoin.set(node, after);
    const { catchClause, finallyBlock } = node.statement;
    const bound = catchClause?.variableDeclaration;
    // However the `try` is left, its `finally` runs.
    const cleanup = this.#readsOfMaybe(finallyBlock);
    const inner = { ...context, thrown: union(context.thrown, cleanup) };
    const handler = this.#beforeNodes(node.handler, union(after, cleanup), inner);
    const thrown = bound === undefined ? handler : without(handler, this.#declaredBy(bound));
    return this.#beforeNodes(node.block, union(after, cleanup), {
      ...context,
      thrown: union(inner.thrown, thrown),
    });
  }

  #beforeNode(node: FlowNode, live: LiveSet, context: Context): LiveSet {
    switch (node.kind) {
      case 'plain':
        return this.#beforeStatement(node.statement, live);
      case 'ask':
        return this.#beforeAsk(node, live, context);
      case 'jump':
        return context.loops.get(node.loop)?.[node.to] ?? live;
      case 'loop':
        return this.#beforeLoop(node, live, context);
      case 'try':
        return this.#beforeTry(node, live, context);
      default: {
        this.atJoin.set(node, live);
        const whenTrue = this.#beforeNodes(node.whenTrue, live, context);
        const branches = union(whenTrue, this.#beforeNodes(node.whenFalse, live, context));
        return union(branches, this.#readsOf(node.statement.expression));
      }
    }
  }

  #beforeNodes(list: readonly FlowNode[], after: LiveSet, context: Context): LiveSet {
    return list.reduceRight<LiveSet>(
      // What is thrown at any place goes on in the handler of the `try` around it.
      (live, node) => union(this.#beforeNode(node, live, context), context.thrown),
      union(after, context.thrown),
    );
  }
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
