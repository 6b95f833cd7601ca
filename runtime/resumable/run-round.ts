import { decodeContinuation, reconnect } from './decode-continuation.ts';
import type { DecodedContinuation } from './decode-continuation.ts';
import { encodeContinuation } from './encode-continuation.ts';
import { Flow, rootData } from './flow.ts';
import type { AskTransport, EncodedFlow, KeyedAsk } from './flow.ts';
import type { Outcome, Task } from './task.ts';
import type { Unit } from './unit.ts';

export type RoundResult =
  | { readonly kind: 'settled'; readonly outcome: Outcome }
  | { readonly kind: 'waiting'; readonly asks: readonly KeyedAsk[]; readonly state: string };

export interface Round {
  readonly unit: Unit;
  readonly transport: AskTransport;
  /** Builds the arguments of the root once the flow they belong to exists. */
  readonly argumentsFor: (flow: Flow) => { readonly self: unknown; readonly args: readonly unknown[] };
  /** What is found again by name in the next round: of what `argumentsFor` made, the parts that nothing has changed since. */
  readonly anchorsOf: (args: readonly unknown[]) => ReadonlyMap<unknown, string>;
  /** How long the end of the round waits for promises that nobody awaits, in milliseconds. */
  readonly patience?: number;
  readonly resume?: Resume;
}

/** The continuation of the round before and the answers to its questions. */
interface Resume {
  readonly state: string;
  readonly answerOf: (ask: KeyedAsk) => Outcome;
  /** Called when the state is known to be one of this code, and before any of it runs. What it throws ends the round. */
  readonly admit?: () => Promise<void>;
}

/** Runs one round of a resumable function: from its beginning, or from where the last one ended. */
export async function runRound(round: Round): Promise<RoundResult> {
  const { unit, transport, patience, resume } = round;
  const flow = new Flow({ transport, ...(patience === undefined ? {} : { patience }) });
  const { self, args } = round.argumentsFor(flow);
  const continuation = resume && decodeContinuation(resume.state, flow, unit, byName(round.anchorsOf(args)));
  await resume?.admit?.();
  const begin = (): Task =>
    resume === undefined || continuation === undefined
      ? flow.start(rootData(unit), self, args)
      : resumeAt(flow, continuation, resume);
  // The anchors are looked up again: code may have changed what it was given.
  const encode = (root: Task): EncodedFlow => encodeContinuation(flow, root, unit, round.anchorsOf(args));
  const end = await flow.round(begin, encode);
  if (end.kind === 'settled') return end;
  return { kind: 'waiting', asks: end.asks.flatMap(openAsk), state: end.state };
}

function byName(anchors: ReadonlyMap<unknown, string>): ReadonlyMap<string, unknown> {
  return new Map([...anchors].map(([value, name]) => [name, value]));
}

function resumeAt(flow: Flow, continuation: DecodedContinuation, { answerOf }: Resume): Task {
  reconnect(flow, continuation);
  // All answers are read before the first wakes anybody: the round asked for them together.
  const answers = continuation.open.flatMap((task) =>
    openAsk(task).map((ask) => ({ task, outcome: answerOf(ask) })),
  );
  const wake = (): void => {
    for (const { task, outcome } of answers) flow.answer(task, outcome);
  };
  if (flow.timers.isIdle) wake();
  else void continueTimers(flow, wake);
  return continuation.root;
}

/** What became due between the rounds comes before the answers, which have only arrived with this one. */
async function continueTimers(flow: Flow, wake: () => void): Promise<void> {
  const release = flow.keepRunning();
  await flow.timers.resume();
  wake();
  release();
}

function openAsk({ data }: Task): KeyedAsk[] {
  if (data.kind !== 'ask') return [];
  const { kind: _, ...ask } = data;
  return [ask];
}
