import type { VariableDescription } from '../../cli/state/describe-state.ts';
import type { TravellingState } from '../client/round.ts';
import { createElement } from './create-element.ts';
import { countBytes } from './json-view.ts';

/** What travels through the client: the sealed string, and what the server will find in it. */
export function printState({ sealed, text, description }: TravellingState): HTMLElement {
  const { frames, variables, flow, round, expires, name, argumentsDigest } = description;
  const tables = frames?.map((frame) =>
    printVariables(frame.variables, `${frame.function}, at ${frame.point ?? frame.label}`),
  ) ?? [printVariables(variables, 'variables')];
  const facts = { flow, round, expires, 'bound to': name, 'arguments (digest)': argumentsDigest };
  return createElement(
    'div',
    { className: 'state' },
    createElement(
      'h4',
      {},
      createElement('code', { textContent: 'requestState' }),
      ` · ${countBytes(sealed)} bytes`,
    ),
    createElement('p', { className: 'sealed', tabIndex: 0 }, createElement('code', { textContent: sealed })),
    createElement('h4', { textContent: `opened · ${countBytes(text)} bytes` }),
    tables,
    createElement(
      'details',
      {},
      createElement('summary', { textContent: 'what else is sealed' }),
      createElement(
        'dl',
        {},
        Object.entries(facts).flatMap(([term, value]) =>
          value === undefined
            ? []
            : [
                createElement('dt', { textContent: term }),
                createElement('dd', { textContent: String(value) }),
              ],
        ),
      ),
      createElement('pre', { className: 'json', tabIndex: 0 }, createElement('code', { textContent: text })),
    ),
  );
}

function printVariables(variables: readonly VariableDescription[], caption: string): HTMLElement {
  if (variables.length === 0)
    return createElement('p', { className: 'quiet', textContent: `${caption}: none` });
  return createElement(
    'table',
    { className: 'variables' },
    createElement('caption', { textContent: caption }),
    createElement(
      'tbody',
      {},
      variables.map(({ name, value, size }) =>
        createElement(
          'tr',
          {},
          createElement('th', { scope: 'row' }, createElement('code', { textContent: name })),
          createElement('td', {}, createElement('code', { textContent: value })),
          createElement('td', { className: 'size', textContent: `${size} characters` }),
        ),
      ),
    ),
  );
}
