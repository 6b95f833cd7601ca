import type { ValueClasses } from '../value-class.ts';
import type { Anchors } from './anchors.ts';
import { decodeContinuation, reconnect } from './decode-continuation.ts';
import type { DecodedContinuation } from './decode-continuation.ts';
import { encodeContinuation } from './encode-continuation.ts';
import { Flow, rootData } from './flow.ts';
import type { AskTransport, EncodedFlow, KeyedAsk } from './flow.ts';
import type { Receiver } from './link-units.ts';
import { StaleState } from './stale-state.ts';
import type { DecideUpgrade } from './stale-state.ts';
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
  readonly anchorsOf: (args: readonly unknown[]) => Anchors;
  /** How long the end of the round waits for promises that nobody awaits, in milliseconds. */
  readonly patience?: number;
  /** Classes whose instances the state may hold. */
  readonly classes?: ValueClasses | undefined;
  readonly resume?: Resume;
  /** Whether the state says what its slots mean. */
  readonly keepsNames?: boolean | undefined;
}

/** The continuation of the round before and the answers to its questions. */
export interface Resume {
  readonly state: string;
  readonly answerOf: (ask: KeyedAsk) => Outcome;
  /** What becomes of a state of another version of the code. Default: it is rejected. */
  readonly decide?: DecideUpgrade;
  /**
   * Called when the state is accepted, and before any code runs. What it throws ends the round.
   * @param upgrade how many frames were migrated; why the flow starts again instead.
   */
  readonly admit?: (upgrade: number | StaleState) => Promise<void>;
}

/**
 * Runs one round of a resumable function: from its beginning, or from where the last one ended.
 * @throws {StaleState} when the state is of another version of the code and the policy rejects it.
 */
export async function runRound(round: Round): Promise<RoundResult> {
  const { unit, transport, patience, resume, keepsNames, classes } = round;
  const options = { ...(patience !== undefined && { patience }), ...(classes && { classes }) };
  const flow = new Flow({ transport, ...options });
  const { self, args } = round.argumentsFor(flow);
  const origin = { unit, self };
  const continuation = resume && openContinuation(resume, flow, origin, round.anchorsOf(args));
  // Without a state nothing is waited for: as of any async function, the code up to its first `await` has run when the
  // call returns (ECMA-262 27.7.5.2).
  if (resume?.admit !== undefined)
    await resume.admit(continuation instanceof StaleState ? continuation : (continuation?.migrated ?? 0));
  const begin = (): Task =>
    resume === undefined || continuation === undefined || continuation instanceof StaleState
      ? flow.start(rootData(unit), self, args)
      : resumeAt(flow, continuation, resume);
  // The anchors are looked up again: code may have changed what it was given.
  const encode = (root: Task): EncodedFlow =>
    encodeContinuation(flow, root, origin, round.anchorsOf(args), keepsNames);
  const end = await flow.round(begin, encode);
  if (end.kind === 'settled') return end;
  return { kind: 'waiting', asks: end.asks.flatMap(openAsk), state: end.state };
}

/** The tasks of a continuation; an error when the flow is to start again instead. */
function openContinuation(
  { state, decide }: Resume,
  flow: Flow,
  origin: Receiver,
  anchors: Anchors,
): DecodedContinuation | StaleState {
  try {
    return decodeContinuation(state, flow, origin, anchors, decide);
  } catch (error) {
    if (error instanceof StaleState && error.decision === 'restart') return error;
    throw error;
  }
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
