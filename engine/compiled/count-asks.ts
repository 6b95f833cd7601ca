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
    terminal?.kind === 'await' && contains(terminal.node) ? 1 : 0,
  );
  return { min: shortest(blocks, weights), max: longest(blocks, weights) };
}

function contains(node: ts.Node | undefined): boolean {
  if (node === undefined) return false;
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
    if (ASKS.has(node.expression.name.text)) return true;
  }
  return ts.forEachChild(node, (child) => contains(child) || undefined) ?? false;
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
