import { ts } from '../syntax/ts.ts';
import { successorsOf } from './flow-graph.ts';
import type { BasicBlock, BlockId } from './flow-graph.ts';

/** How often a function suspends for asks that are written in it, whatever its conditions say. */
export interface AskCount {
  /** On the shortest way to a `return`, when nothing throws. */
  readonly min: number;
  /** On the longest way; undefined when there is an ask in a loop. */
  readonly max: number | undefined;
}

/** Methods that ask (SDK 2.4, `ServerContext` and `Server`). What other calls do is not known without types. */
const ASKS: ReadonlySet<string> = new Set(['elicitInput', 'requestSampling', 'createMessage', 'listRoots']);

/** Counts the asks on the ways through a graph: those that wait together are one. */
export function countAsks(blocks: readonly BasicBlock[]): AskCount {
  const weights = blocks.map(({ terminal }) =>
    terminal?.kind === 'await' && terminal.node && findAskCall(terminal.node) ? 1 : 0,
  );
  return { min: shortest(blocks, weights), max: longest(blocks, weights) };
}

/** The first call in `node` that asks, in functions it creates too: of the SDK, or of one of the names in `resumables`. */
export function findAskCall(
  node: ts.Node,
  resumables: ReadonlySet<string> = new Set(),
): ts.CallExpression | undefined {
  if (ts.isCallExpression(node)) {
    const { expression: callee } = node;
    if (ts.isPropertyAccessExpression(callee) && ASKS.has(callee.name.text)) return node;
    if (ts.isIdentifier(callee) && resumables.has(callee.text)) return node;
  }
  return ts.forEachChild(node, (child) => findAskCall(child, resumables));
}

/** Dijkstra's algorithm without exceptions: they end most functions early. */
function shortest(blocks: readonly BasicBlock[], weights: readonly number[]): number {
  const distance = new Map<BlockId, number>([[0, 0]]);
  const queue: BlockId[] = [0];
  let best = Number.POSITIVE_INFINITY;
  for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
    const terminal = blocks[id]?.terminal;
    const length = (distance.get(id) ?? 0) + (weights[id] ?? 0);
    if (terminal === undefined || terminal.kind === 'return') best = Math.min(best, length);
    else {
      for (const next of successorsOf(terminal)) {
        if (length >= (distance.get(next) ?? Number.POSITIVE_INFINITY)) continue;
        distance.set(next, length);
        queue.push(next);
      }
    }
  }
  return Number.isFinite(best) ? best : 0;
}

/** The asks that are not in a loop are ordered by which leads to which. */
function longest(blocks: readonly BasicBlock[], weights: readonly number[]): number | undefined {
  const followers = new Map<BlockId, readonly BlockId[]>();
  const asksAfter = (id: BlockId): readonly BlockId[] => {
    const known = followers.get(id) ?? [...reachable(blocks, id)].filter((other) => weights[other] === 1);
    followers.set(id, known);
    return known;
  };
  const asks = asksAfter(0).concat(weights[0] === 1 ? [0] : []);
  if (asks.some((id) => asksAfter(id).includes(id))) return undefined;
  const chains = new Map<BlockId, number>();
  const chain = (id: BlockId): number => {
    const length = chains.get(id) ?? 1 + Math.max(0, ...asksAfter(id).map(chain));
    chains.set(id, length);
    return length;
  };
  return Math.max(0, ...asks.map(chain));
}

/** What can run after a block, the block itself where it is in a loop. */
function reachable(blocks: readonly BasicBlock[], from: BlockId): ReadonlySet<BlockId> {
  const seen = new Set<BlockId>();
  const queue = [from];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    const { terminal, handler } = blocks[id] ?? {};
    const next = terminal === undefined ? [] : successorsOf(terminal);
    for (const to of handler === undefined ? next : [...next, handler]) {
      if (seen.has(to)) continue;
      seen.add(to);
      queue.push(to);
    }
  }
  return seen;
}
