import { expect, test } from 'vitest';

import { helperRound, type HelperRound } from 'mrtr/runtime';

interface Place {
  readonly step: string;
}

test('a helper that is called anew has no state', () => {
  const round: HelperRound<Place> = helperRound(undefined);
  expect(round.state).toBeUndefined();
  expect(round.seal({ step: 'asked' })).toEqual({ helper: { step: 'asked' } });
});

test('its place replaces the one in the state of the caller, which is not changed', () => {
  const state = { step: 'awaiting-name', path: 'a', helper: { step: 'first' } };
  const round = helperRound<Place>(state);
  expect(round.state).toEqual({ step: 'first' });
  expect(round.seal({ step: 'second' })).toEqual({ ...state, helper: { step: 'second' } });
  expect(state.helper).toEqual({ step: 'first' });
});

test('a helper of a helper travels in the state of the outermost caller', () => {
  const outer: HelperRound<{ step: string; helper?: Place }> = helperRound({ step: 'awaiting-outer' } as {
    step: string;
    helper?: { step: string; helper?: Place };
  });
  const inner = helperRound<Place>({ step: 'awaiting-inner' } as { step: string; helper?: Place }, outer);
  expect(inner.seal({ step: 'asked' })).toEqual({
    step: 'awaiting-outer',
    helper: { step: 'awaiting-inner', helper: { step: 'asked' } },
  });
});
