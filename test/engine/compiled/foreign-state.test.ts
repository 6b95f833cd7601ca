import { expect, it } from 'vitest';

import { unitOf } from '../../../runtime/resumable/link-units.ts';
import { runRound } from '../../../runtime/resumable/run-round.ts';
import type { Unit } from '../../../runtime/resumable/unit.ts';
import { markResumable } from './mark-resumable.ts';
import { Subject } from './subject.ts';

it.each([
  ['no text of ours', 'forged'],
  ['nothing', '[]'],
  ['no tasks', '[{"root":1,"open":2},null,3]'],
  ['a task of no kind', '[{"root":1,"open":3},["Task",2],[4],[1],9]'],
  [
    'a function that does not exist',
    '[{"root":1,"open":2},["Closure",3],[1],{"unit":4},["Unit",5],[6],"other"]',
  ],
])('a state that holds %s is stale, and nothing runs', async (_what, state) => {
  const ran: unknown[] = [];
  const program = new Subject(`const handler = resumable(async (ask) => { log('ran'); await ask(); });`)
    .compiled;
  const make = program.runInThisContext() as (
    mark: typeof markResumable,
    log: (value: unknown) => void,
  ) => object;
  const handler = make(markResumable, (value) => void ran.push(value));
  const round = runRound({
    unit: Reflect.get(handler, unitOf) as Unit,
    transport: { push: () => undefined },
    argumentsFor: () => ({ self: undefined, args: [] }),
    anchorsOf: () => new Map(),
    resume: { state, answerOf: () => ({ ok: true, value: undefined }) },
  });
  await expect(round).rejects.toMatchObject({ name: 'ResumableError', reason: 'stale-state' });
  expect(ran).toEqual([]);
});
