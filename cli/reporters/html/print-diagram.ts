import type { HandlerFlow } from '../../../codemods/project/handler-flow.ts';
import { escapeHtml } from './escape-html.ts';
import { END, layOutFlow, type PlacedEdge, type PlacedNode } from './lay-out-flow.ts';

/** The state diagram of a handler as inline SVG: phases are nodes, questions are edges. */
export function printDiagram(flow: HandlerFlow, title: string): string {
  const { nodes, edges, left, width, height } = layOutFlow(flow);
  const size = `viewBox="${Math.floor(left)} 0 ${Math.ceil(width)} ${Math.ceil(height)}" width="${Math.ceil(width)}" height="${Math.ceil(height)}"`;
  return `<svg class="diagram" ${size} role="img" aria-label="${escapeHtml(describe(flow, title))}">
<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto-start-reverse"><path d="M0 0 L8 4 L0 8 z" class="head"/></marker></defs>
${edges.map(printEdge).join('\n')}
${nodes.map(printNode).join('\n')}
</svg>`;
}

/** The same in words, for who does not see the picture. */
function describe({ asks, phases }: HandlerFlow, title: string): string {
  const steps = asks.map(({ from, to, key }) => `${from} asks ${key} and goes on at ${to}`);
  const ends = phases.filter(({ mayEnd }) => mayEnd).map(({ name }) => name);
  return `Phases of ${title}: ${[...steps, `${ends.join(', ')} may give the result`].join('; ')}.`;
}

function printNode({ name, x, y, width, height, kind }: PlacedNode): string {
  const label = name.replace(/^awaiting-/, '');
  const hint =
    kind === 'phase' ? `<title>the round that brings the answer “${escapeHtml(label)}”</title>` : '';
  return `<g class="node ${kind}" data-phase="${escapeHtml(name)}">${hint}<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${kind === 'phase' ? 8 : height / 2}"/><text x="${x + width / 2}" y="${y + height / 2 + 4.5}">${escapeHtml(name)}</text></g>`;
}

function printEdge({ to, label, kinds, path, labelX, labelY }: PlacedEdge): string {
  const text =
    label === ''
      ? ''
      : `<text x="${labelX}" y="${labelY}">${escapeHtml(label)}<tspan class="kind"> ${escapeHtml(kinds.join(', '))}</tspan></text>`;
  return `<g class="edge${to === END ? ' ending' : ''}"><path d="${path}" marker-end="url(#arrow)"/>${text}</g>`;
}
