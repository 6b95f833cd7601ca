import type { Flow } from './flow.ts';
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
    member.onSettled((outcome) => {
      if (join.outcome !== undefined) return;
      if (!outcome.ok && !settled) flow.answer(join, outcome);
      else done();
    });
  }
  if (members.length === 0) done();
}

function plainValue(outcome: Outcome | undefined): unknown {
  return outcome?.ok === true ? outcome.value : undefined;
}

function reportOf(outcome: Outcome | undefined): PromiseSettledResult<unknown> {
  if (outcome?.ok === true) return { status: 'fulfilled', value: outcome.value };
  return { status: 'rejected', reason: outcome?.error };
}
