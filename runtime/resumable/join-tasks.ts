import type { Flow } from './flow.ts';
import { isThenable } from './is-thenable.ts';
import { Task } from './task.ts';
import type { Outcome } from './task.ts';

/** `Promise.all` or `Promise.allSettled` of members of which at least one is a task of `flow`. */
export function joinTasks(flow: Flow, members: readonly unknown[], settled: boolean): Task {
  const tasks = members.map((member) => (member instanceof Task ? member : flow.adopt(member)));
  const join = Task.of(flow, { kind: 'all', settled, members: tasks });
  flow.open.add(join);
  watchMembers(flow, join, tasks, settled);
  return join;
}

/** Settles `join` from its members as the combinator it stands for does. */
export function watchMembers(flow: Flow, join: Task, members: readonly Task[], settled: boolean): void {
  const done = (): void => {
    const outcomes = members.map((member) => member.outcome);
    if (outcomes.some((outcome) => outcome === undefined)) return;
    const value = outcomes.map((outcome) => (settled ? reportOf(outcome) : plainValue(outcome)));
    flow.answer(join, { ok: true, value });
  };
  for (const member of members) {
    member.isHandled = true;
    member.onSettled((outcome) => {
      if (join.outcome !== undefined) return;
      if (!outcome.ok && !settled) flow.answer(join, outcome);
      else done();
    });
  }
  if (members.length === 0) done();
}

/** `Promise.race` of members of which at least one is a task of `flow`. */
export function raceTasks(flow: Flow, members: readonly unknown[]): Task {
  const tasks = members.map((member) => (member instanceof Task ? member : adoptRival(flow, member)));
  const race = Task.of(flow, { kind: 'race', members: tasks });
  flow.open.add(race);
  watchRace(flow, race, tasks);
  return race;
}

/** Settles `race` as the first of its members. */
export function watchRace(flow: Flow, race: Task, members: readonly Task[]): void {
  for (const member of members) {
    member.isRival = true;
    member.isHandled = true;
    member.onSettled((outcome) => {
      if (race.outcome === undefined) flow.answer(race, outcome);
    });
  }
}

/** `member` as a task: the race goes on without it, unless it settles in this turn of the event loop. */
function adoptRival(flow: Flow, member: unknown): Task {
  if (!isThenable(member)) return flow.adopt(member);
  const task = Task.of(flow, { kind: 'native' });
  const release = flow.keepRunning();
  setTimeout(release, 0);
  const settle = (outcome: Outcome): void => {
    flow.answer(task, outcome);
    release();
  };
  Promise.resolve(member).then(
    (value) => settle({ ok: true, value }),
    (error: unknown) => settle({ ok: false, error }),
  );
  return task;
}

function plainValue(outcome: Outcome | undefined): unknown {
  return outcome?.ok === true ? outcome.value : undefined;
}

function reportOf(outcome: Outcome | undefined): PromiseSettledResult<unknown> {
  if (outcome?.ok === true) return { status: 'fulfilled', value: outcome.value };
  return { status: 'rejected', reason: outcome?.error };
}
