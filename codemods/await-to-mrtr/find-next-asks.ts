import { canComplete } from '../../engine/plan/can-complete.ts';
import {
  listsOf,
  type AskPoint,
  type FlowNode,
  type LoopNode,
  type LoopStatement,
} from '../../engine/plan/flow-tree.ts';
import { ts } from '../../engine/syntax/ts.ts';

/** What may come next at a point of a handler. */
export interface NextAsks {
  readonly asks: ReadonlySet<AskPoint>;
  /** The handler may return or throw first. */
  readonly mayEnd: boolean;
}

type Continuation = () => NextAsks;

const NONE: NextAsks = { asks: new Set(), mayEnd: false };
const END: NextAsks = { asks: new Set(), mayEnd: true };

/** For the start of a handler, and for the point after each ask, the asks that control may reach without another one. */
export function findNextAsks(nodes: readonly FlowNode[]): {
  readonly start: NextAsks;
  readonly after: ReadonlyMap<AskPoint, NextAsks>;
} {
  const walk = new FlowWalk();
  const start = walk.from(nodes, 0, () => END);
  const after = new Map<AskPoint, NextAsks>();
  // Walking behind an ask may come to the asks behind it for the first time.
  for (const [ask, next] of walk.behind) after.set(ask, next());
  return { start, after };
}

class FlowWalk {
  readonly behind = new Map<AskPoint, Continuation>();
  readonly #loops = new Map<LoopStatement, { readonly next: Continuation; readonly exit: Continuation }>();
  readonly #entered = new Set<LoopNode>();

  from(nodes: readonly FlowNode[], index: number, then: Continuation): NextAsks {
    const node = nodes[index];
    if (node === undefined) return then();
    const rest: Continuation = () => this.from(nodes, index + 1, then);
    switch (node.kind) {
      case 'plain':
        return this.#plain(node.statement, rest);
      case 'ask':
        this.behind.set(node.ask, rest);
        return { asks: new Set([node.ask]), mayEnd: false };
      case 'loop':
        return this.#loop(node, rest);
      case 'jump': {
        const target = this.#loops.get(node.loop);
        return (node.to === 'exit' ? target?.exit : target?.next)?.() ?? NONE;
      }
      default:
        // Whatever the construct: each of its parts may run, and then what follows it.
        return union([
          ...listsOf(node).map((list) => this.from(list, 0, rest)),
          ...(mayBePassed(node) ? [rest()] : []),
        ]);
    }
  }

  #plain(statement: ts.Statement, rest: Continuation): NextAsks {
    const leaves = mayLeave(statement) ? [END] : [];
    return union([...leaves, ...(canComplete(statement) ? [rest()] : [])]);
  }

  #loop(node: LoopNode, exit: Continuation): NextAsks {
    // Coming back to the head adds nothing to what is being collected there.
    if (this.#entered.has(node)) return NONE;
    const next: Continuation = () => this.#loop(node, exit);
    this.#loops.set(node.statement, { next, exit });
    this.#entered.add(node);
    const body = this.from(node.body, 0, next);
    this.#entered.delete(node);
    const isEndless =
      ts.isWhileStatement(node.statement) && node.statement.expression.kind === ts.SyntaxKind.TrueKeyword;
    return isEndless ? body : union([body, exit()]);
  }
}

/** An `if` is passed through its branches only. */
function mayBePassed({ kind }: FlowNode): boolean {
  return kind !== 'if' && kind !== 'try';
}

function mayLeave(statement: ts.Statement): boolean {
  const visit = (node: ts.Node): boolean => {
    if (ts.isReturnStatement(node) || ts.isThrowStatement(node)) return true;
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) return false;
    return ts.forEachChild(node, (child) => visit(child) || undefined) === true;
  };
  return visit(statement);
}

function union(parts: readonly NextAsks[]): NextAsks {
  return {
    asks: new Set(parts.flatMap(({ asks }) => [...asks])),
    mayEnd: parts.some(({ mayEnd }) => mayEnd),
  };
}
