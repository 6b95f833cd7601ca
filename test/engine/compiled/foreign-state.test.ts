import { expect, it } from 'vitest';

import { unitOf } from '../../../runtime/resumable/link-units.ts';
import { runRound } from '../../../runtime/resumable/run-round.ts';
import type { Unit } from '../../../runtime/resumable/unit.ts';
import { markResumable } from './mark-resumable.ts';
import { Subject } from './subject.ts';

it.each([
  ['no text of ours', 'forged'],
  ['nothing', '[]'],
  ['a list of something else', '[1]\nj[]'],
  ['no tasks', '["HASH"]\nj[]'],
  ['a task of no kind', '["HASH"]\nj[[9,0]]'],
  ['a task that waits for one that is not there', '["HASH"]\nj[[0,0,1,[],7],"k"]'],
  ['a task that waits for one at no place', '["HASH"]\nj[[0,0,1,[],-1],"k"]'],
  ['a label that does not exist', '["HASH"]\nj[[0,0,99,[],1],"k"]'],
  ['a label named like a property of every object', '["HASH"]\nj[[0,0,"constructor",[],1],"k"]'],
  ['a unit that is not listed', '["HASH"]\nj[[0,5,1,[],1],"k"]'],
  ['a version that does not exist', '["other"]\nj[[0,0,1,[],1],"k"]'],
  ['a path to a unit that does not exist', '[["HASH",3]]\nj[[0,0,1,[],1],"k"]'],
  ['a path that is none', '[["HASH","id","__proto__"]]\nj[[0,0,1,[],1],"k"]'],
  ['a part of the request that there is not', '["HASH"]\nj[[0,0,1,[0],1,{"0":"process"}],"k"]'],
  [
    'a function that does not exist',
    '["HASH"]\n[[1,7],[2,3,4,5,6],1,["Closure",8],1,[],1,"k",{"unit":9,"index":10,"env":5},["Unit",11],4,[12],0]',
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
  const unit = Reflect.get(handler, unitOf) as Unit;
  const round = runRound({
    unit,
    transport: { push: () => undefined },
    argumentsFor: () => ({ self: undefined, args: [] }),
    anchorsOf: () => [],
    resume: { state: state.replace('HASH', unit.hash), answerOf: () => ({ ok: true, value: undefined }) },
  });
  await expect(round).rejects.toMatchObject({ name: 'ResumableError', reason: 'stale-state' });
  expect(ran).toEqual([]);
});
