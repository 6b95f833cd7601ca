import type { HandlerFlow } from '../../codemods/project/handler-flow.ts';
import { plural } from '../reporters/plural.ts';

/** The phases of a handler, a line for each: what it may ask, whether it may end, what the state holds. */
export function describeFlowInWords({ phases, asks, rounds }: HandlerFlow): string {
  const lines = phases.map(({ name, carried, mayEnd }) => {
    const next = asks
      .filter(({ from }) => from === name)
      .map(({ key, kinds, to }) => `asks ${key} (${kinds.join(', ')}) → ${to}`);
    const state =
      carried.length === 0
        ? ''
        : `  carries ${carried.map((field) => `${field.name}: ${field.type}`).join(', ')}`;
    return [`  ${name}: ${[...next, ...(mayEnd ? ['may end'] : [])].join('; ')}`, state]
      .filter(Boolean)
      .join('\n  ');
  });
  const most =
    rounds === undefined
      ? 'A loop asks: there is no upper bound of rounds'
      : `${plural(rounds, 'round')} at most`;
  return [...lines, `  ${most}; legacy clients follow 8, modern ones 10.`].join('\n');
}
