import { printFlow } from '../../cli/reporters/html/print-flow.ts';
import type { AnalysedHandler } from '../analysis/analysis.ts';
import { createElement } from './create-element.ts';

const LEFT = 'It stays as it is: see the diagnostics. The compiled form may serve it nevertheless.';

/** The state machines of the migrated handlers: phases are nodes, asks are edges. */
export function printMachines(handlers: readonly AnalysedHandler[]): readonly HTMLElement[] {
  if (handlers.length === 0)
    return [
      createElement('p', { className: 'empty', textContent: 'No handler of this source asks the client.' }),
    ];
  return handlers.map(({ name, flow, outcome, asks }) => {
    const body = createElement('div');
    if (flow === undefined) body.append(createElement('p', { className: 'empty', textContent: LEFT }));
    // Made by us, with every name in it escaped.
    else body.innerHTML = printFlow(flow, name);
    const isLeft = outcome === 'diagnosed';
    return createElement(
      'section',
      { className: 'machine', attributes: { 'aria-label': name } },
      createElement(
        'header',
        {},
        createElement('h2', { textContent: name }),
        createElement('span', {
          className: `badge ${isLeft ? 'left' : 'done'}`,
          textContent: isLeft ? 'left as it was' : outcome,
        }),
        createElement('span', { className: 'quiet', textContent: asks === 1 ? '1 ask' : `${asks} asks` }),
      ),
      body,
    );
  });
}

/** Shows in the pictures where the conversation of one handler is. */
export function markPhase(container: ParentNode, handler: string, phase: string | undefined): void {
  for (const section of container.querySelectorAll('section.machine')) {
    const isOwn = section.getAttribute('aria-label') === handler;
    for (const node of section.querySelectorAll('.node'))
      node.classList.toggle('current', isOwn && node.getAttribute('data-phase') === phase);
  }
}
