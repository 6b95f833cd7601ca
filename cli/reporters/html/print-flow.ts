import type { CarriedField, HandlerFlow } from '../../../codemods/project/handler-flow.ts';
import { plural } from '../plural.ts';
import { escapeHtml } from './escape-html.ts';
import { printDiagram } from './print-diagram.ts';

/** The SDK's shim stops for legacy clients after 8 rounds, modern clients after 10. */
const BUDGET = { legacy: 8, modern: 10 };

/** The picture of a handler's phases, its rounds, and what it carries from one to the next. */
export function printFlow(flow: HandlerFlow, handler: string): string {
  return `<div class="flow"><figure>${printDiagram(flow, handler)}<figcaption>Each box is a round, each arrow a question to the client.</figcaption></figure>
<div class="facts">${printRounds(flow.rounds)}${printCarried(flow)}</div></div>`;
}

function printRounds(rounds: number | undefined): string {
  const isOver = rounds === undefined || rounds > BUDGET.legacy;
  const cells = Array.from({ length: BUDGET.modern }, (_, index) => {
    const isUsed = rounds === undefined || index < rounds;
    return `<i class="${isUsed ? (isOver ? 'over' : 'used') : ''}${index === BUDGET.legacy - 1 ? ' legacy' : ''}"></i>`;
  });
  const text =
    rounds === undefined
      ? 'One question per turn of a loop: no upper bound'
      : `${plural(rounds, 'question')} at most`;
  return `<h3>Rounds</h3><div class="meter" role="img" aria-label="${text}, of ${BUDGET.legacy} with legacy clients and ${BUDGET.modern} with modern ones">${cells.join('')}</div>
<p class="quiet">${text}. Legacy clients follow ${BUDGET.legacy}, modern ones ${BUDGET.modern}.</p>`;
}

function printCarried({ phases }: HandlerFlow): string {
  const carrying = phases.filter(({ carried }) => carried.length > 0);
  if (carrying.length === 0)
    return '<h3>Carried in the state</h3><p class="quiet">Nothing: what it needs is there again in every round.</p>';
  const rows = carrying.map(
    ({ name, carried }) =>
      `<tr><th scope="rowgroup" colspan="2">${escapeHtml(name)}</th><td>${printSize(carried)}</td></tr>${carried.map(printField).join('')}`,
  );
  return `<h3>Carried in the state</h3><table class="carried"><thead><tr><th scope="col">variable</th><th scope="col">type</th><th scope="col">characters</th></tr></thead>${rows.map((row) => `<tbody>${row}</tbody>`).join('')}</table>
<p class="quiet">Before sealing, with strings of 16 characters and lists of 3; ↑ marks what may grow.</p>`;
}

function printField({ name, type, characters, grows }: CarriedField): string {
  return `<tr><td><code>${escapeHtml(name)}</code></td><td><code>${escapeHtml(type)}</code></td><td>${characters ?? '?'}${grows ? ' ↑' : ''}</td></tr>`;
}

/** The whole state: its fields with their names, quotes and commas, and the step. */
function printSize(fields: readonly CarriedField[]): string {
  const known = fields.flatMap(({ name, characters }) =>
    characters === undefined ? [] : [characters + name.length + 4],
  );
  const total = known.reduce((sum, one) => sum + one, 0);
  return `${known.length < fields.length ? '>' : '≈'} ${total}${fields.some(({ grows }) => grows) ? ' ↑' : ''}`;
}
