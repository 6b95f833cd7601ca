import type { HandlerFlow } from '../../../codemods/project/handler-flow.ts';

export interface PlacedNode {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** `start`, a phase, or the `end`. */
  readonly kind: 'start' | 'phase' | 'end';
}

export interface PlacedEdge {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  readonly kinds: readonly string[];
  /** An SVG path. */
  readonly path: string;
  readonly labelX: number;
  readonly labelY: number;
}

export interface FlowLayout {
  /** Where the picture begins: edges may go round at the left. */
  readonly left: number;
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
}

const NODE = { height: 40, gapX: 36, gapY: 64, padding: 28, character: 7.4 };
const MARGIN = 28;
export const END = 'result';

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  readonly kinds: readonly string[];
}

/**
 * Places phases in layers from the top down, each one layer below the farthest that leads to it (the longest-path layering
 * of Sugiyama's method); within a layer they are ordered by the mean place of what leads to them. The same flow gives the
 * same picture.
 */
export function layOutFlow(flow: HandlerFlow): FlowLayout {
  const edges: Edge[] = [
    ...flow.asks.map(({ from, to, key, kinds }) => ({ from, to, label: key, kinds })),
    ...flow.phases
      .filter(({ mayEnd }) => mayEnd)
      .map(({ name }) => ({ from: name, to: END, label: '', kinds: [] })),
  ];
  const names = [...flow.phases.map(({ name }) => name), END];
  const layerOf = assignLayers(names, edges);
  const layers = orderLayers(names, edges, layerOf);
  const nodes = placeNodes(layers);
  const width = Math.max(...nodes.map(({ x, width }) => x + width)) + MARGIN;
  const routed = routeEdges(edges, nodes, layerOf, width);
  return {
    nodes,
    edges: routed.edges,
    left: routed.left,
    width: routed.width - routed.left,
    height: Math.max(...nodes.map(({ y, height }) => y + height)) + MARGIN,
  };
}

function assignLayers(names: readonly string[], edges: readonly Edge[]): ReadonlyMap<string, number> {
  const layers = new Map(names.map((name) => [name, 0]));
  const order = new Map(names.map((name, index) => [name, index]));
  const isForward = ({ from, to }: Edge): boolean => (order.get(from) ?? 0) < (order.get(to) ?? 0);
  // Phases are listed in source order, so that going forward in the list is going forward in the handler.
  for (const name of names) {
    for (const edge of edges.filter(({ to }) => to === name)) {
      if (isForward(edge))
        layers.set(name, Math.max(layers.get(name) ?? 0, (layers.get(edge.from) ?? 0) + 1));
    }
  }
  return layers;
}

function orderLayers(
  names: readonly string[],
  edges: readonly Edge[],
  layerOf: ReadonlyMap<string, number>,
): readonly (readonly string[])[] {
  const layers: string[][] = [];
  for (const name of names) (layers[layerOf.get(name) ?? 0] ??= []).push(name);
  const place = new Map<string, number>();
  for (const layer of layers) {
    const meanOf = (name: string): number => {
      const parents = edges.filter(({ to }) => to === name).flatMap(({ from }) => place.get(from) ?? []);
      return parents.length === 0 ? 0 : parents.reduce((sum, at) => sum + at, 0) / parents.length;
    };
    const means = new Map(layer.map((name) => [name, meanOf(name)]));
    layer.sort((a, b) => (means.get(a) ?? 0) - (means.get(b) ?? 0));
    layer.forEach((name, index) => place.set(name, index - (layer.length - 1) / 2));
  }
  return layers;
}

function placeNodes(layers: readonly (readonly string[])[]): readonly PlacedNode[] {
  const widthOf = (name: string): number => Math.max(84, name.length * NODE.character + NODE.padding);
  const layerWidth = (layer: readonly string[]): number =>
    layer.reduce((sum, name) => sum + widthOf(name) + NODE.gapX, -NODE.gapX);
  const widest = Math.max(...layers.map(layerWidth));
  return layers.flatMap((layer, depth) => {
    let x = MARGIN + (widest - layerWidth(layer)) / 2;
    return layer.map((name): PlacedNode => {
      const width = widthOf(name);
      const at = x;
      x += width + NODE.gapX;
      const kind = name === END ? 'end' : depth === 0 ? 'start' : 'phase';
      return { name, x: at, y: MARGIN + depth * (NODE.height + NODE.gapY), width, height: NODE.height, kind };
    });
  });
}

/**
 * Edges to the next layer are curves. The others go round the nodes, each in a lane of its own: questions at the right,
 * ends at the left.
 */
function routeEdges(
  edges: readonly Edge[],
  nodes: readonly PlacedNode[],
  layerOf: ReadonlyMap<string, number>,
  width: number,
): { readonly edges: readonly PlacedEdge[]; readonly left: number; readonly width: number } {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  let left = 0;
  let lane = width;
  let right = width;
  const routed = edges.flatMap((edge): PlacedEdge[] => {
    const [from, to] = [byName.get(edge.from), byName.get(edge.to)];
    if (from === undefined || to === undefined) return [];
    if ((layerOf.get(edge.to) ?? 0) - (layerOf.get(edge.from) ?? 0) === 1) return [curve(edge, from, to)];
    if (edge.to === END) {
      left -= END_LANE;
      return [detour(edge, from, to, left + END_LANE, 'left')];
    }
    const placed = detour(edge, from, to, lane, 'right');
    lane += labelWidth(edge) + 16;
    right = lane;
    return [placed];
  });
  return { edges: routed, left: left - 12, width: right };
}

const END_LANE = 16;

function labelWidth({ label, kinds }: Edge): number {
  return (label.length + kinds.join(', ').length + 1) * NODE.character;
}

function curve(edge: Edge, from: PlacedNode, to: PlacedNode): PlacedEdge {
  const [x1, y1] = [from.x + from.width / 2, from.y + from.height];
  const [x2, y2] = [to.x + to.width / 2, to.y];
  const bend = (y2 - y1) / 2;
  return {
    ...edge,
    path: `M${round(x1)} ${y1} C${round(x1)} ${y1 + bend} ${round(x2)} ${y2 - bend} ${round(x2)} ${y2}`,
    labelX: round((x1 + x2) / 2 + 8),
    labelY: round((y1 + y2) / 2 + 4),
  };
}

function detour(
  edge: Edge,
  from: PlacedNode,
  to: PlacedNode,
  lane: number,
  side: 'left' | 'right',
): PlacedEdge {
  const x = (node: PlacedNode): number => round(side === 'left' ? node.x : node.x + node.width);
  const shift = edge.from === edge.to ? 9 : 4;
  const [y1, y2] = [from.y + from.height / 2 + shift, to.y + to.height / 2 - shift];
  const corner = edge.from === edge.to ? 6 : 10;
  const before = round(side === 'left' ? lane + corner : lane - corner);
  const down = y2 > y1 ? corner : -corner;
  const at = round(lane);
  const path =
    `M${x(from)} ${y1} H${before} Q${at} ${y1} ${at} ${y1 + down} ` +
    `V${y2 - down} Q${at} ${y2} ${before} ${y2} H${x(to)}`;
  return { ...edge, path, labelX: round(lane + 6), labelY: round((y1 + y2) / 2 + 4) };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
