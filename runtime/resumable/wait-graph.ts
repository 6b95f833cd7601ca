import type { KeyedAsk } from './flow.ts';
import { ResumableError } from './resumable-error.ts';
import { Task } from './task.ts';
import type { TaskData } from './task.ts';

/** What a pending task waits for: an answer that only another round brings, or something that happens in this one. */
type Wait = 'client' | 'clock';

/** True when only an answer of the client can settle `task`, or one of those it needs. */
export function needsAnotherRound(task: Task): boolean {
  const { data } = task;
  switch (data.kind) {
    case 'ask':
      return !task.isAnsweredNow;
    case 'activation':
      return data.awaiting !== undefined && needsAnotherRound(data.awaiting);
    case 'all':
    case 'race':
      return data.members.some((member) => member instanceof Task && needsAnotherRound(member));
    case 'settled':
    case 'promise':
    case 'native':
      return false;
  }
}

/** The first ask that `task` waits for. */
export function askBehind({ data }: Task): KeyedAsk | undefined {
  if (data.kind === 'ask') return data;
  for (const needed of neededBy(data)) {
    const ask = needed instanceof Task ? askBehind(needed) : undefined;
    if (ask !== undefined) return ask;
  }
  return undefined;
}

/**
 * What `task` waits for. What somebody awaits by itself, or together with asks, is waited for in this process; a race with
 * an ask goes on without it, since either may end it.
 */
function waitOf(task: Task): Wait | undefined {
  const { data } = task;
  switch (data.kind) {
    case 'ask':
      return 'client';
    case 'activation':
      return data.awaiting === undefined ? undefined : waitOf(data.awaiting);
    case 'all':
    case 'race': {
      const waits = data.members.map((member) => (member instanceof Task ? waitOf(member) : undefined));
      const first = data.kind === 'all' ? 'clock' : 'client';
      return waits.find((wait) => wait === first) ?? waits.find((wait) => wait !== undefined);
    }
    case 'promise':
    case 'native':
      return 'clock';
    case 'settled':
      return undefined;
  }
}

/** True when one of the calls that nothing else waits for goes on without an answer, and is no loser of a race. */
export function waitsForClock(open: ReadonlySet<Task>): boolean {
  const needed = new Set([...open].flatMap(({ data }) => neededBy(data)));
  return [...open].some(
    (task) =>
      task.data.kind === 'activation' && !task.isRival && !needed.has(task) && waitOf(task) === 'clock',
  );
}

function neededBy(data: TaskData): readonly unknown[] {
  if (data.kind === 'activation') return [data.awaiting];
  return data.kind === 'all' || data.kind === 'race' ? data.members : [];
}

/**
 * Refuses a task that would not go on in the next round as it would have in this one.
 * @throws {ResumableError} `foreign-wait`, with the remedy.
 */
export function refuseUncarriedTask({ data, isWatched }: Task): void {
  if (data.kind === 'promise' && isWatched) {
    throw refusal(
      'A timer that runs while the client is asked is awaited by code that is not compiled (a then, a callback); await it in a resumable function.',
    );
  }
  if (data.kind !== 'race') return;
  const pending = data.members.filter(({ outcome }) => outcome === undefined);
  if (pending.some((member) => member.data.kind === 'native')) {
    throw refusal(
      'Promise.race between an ask and a promise that is no timer: only a timer (new Promise with setTimeout, written in a resumable function) goes on while the client is asked. Await the other promise before the ask.',
    );
  }
  if (pending.filter((member) => waitOf(member) === 'client').length > 1) {
    throw refusal(
      'Promise.race between two asks: the client answers all that it is asked in one round, so none of them is first. Ask one after the other, or use Promise.all.',
    );
  }
}

function refusal(message: string): ResumableError {
  return new ResumableError('foreign-wait', message);
}
