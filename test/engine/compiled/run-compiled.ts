/**
 * Runs handlers written as source text: natively, compiled in one round, and compiled with every round in a realm of its
 * own that knows of the round before only what was sealed.
 */
import { types } from 'node:util';
import type { Script } from 'node:vm';

import { stringify } from 'devalue';

import type { Flow } from '../../../runtime/resumable/flow.ts';
import { unitOf } from '../../../runtime/resumable/link-units.ts';
import { runRound } from '../../../runtime/resumable/run-round.ts';
import type { Round } from '../../../runtime/resumable/run-round.ts';
import type { Outcome } from '../../../runtime/resumable/task.ts';
import type { Unit } from '../../../runtime/resumable/unit.ts';
import { createSealer } from '../../../runtime/seal.ts';
import { RealmPool } from './fresh-realm.ts';
import type { FreshRealm } from './fresh-realm.ts';
import { markResumable } from './mark-resumable.ts';
import { Subject } from './subject.ts';
import type { Program, Recorder } from './subject.ts';

/** What a run shows to the outside: the contract of the engine is that it is the same in every mode. */
export interface Transcript {
  readonly log: readonly string[];
  readonly result: string;
  readonly rounds: number;
}

/** Decides the answer to an ask; throwing is how the client refuses. */
export type Answer = (question: string, index: number) => unknown;

/**
 * `native`: not compiled. `one-process`: compiled, answers are pushed. `fresh-load`: every round in a new realm.
 * `reformatted`: the same, and every other round runs the source as a formatter left it.
 */
export type Mode = 'native' | 'one-process' | 'fresh-load' | 'reformatted';

type Handler = (ask: unknown) => Promise<unknown>;

/** Runs `subject`, source text by itself included, and shows what it did. */
export async function run(given: Subject | string, mode: Mode, answer: Answer): Promise<Transcript> {
  const subject = typeof given === 'string' ? new Subject(given) : given;
  const log: string[] = [];
  const record = (...values: unknown[]): void => void log.push(values.map(show).join(' '));
  let asked = 0;
  const outcomeOf = (question: unknown): Outcome => {
    log.push(`ask ${show(question)}`);
    try {
      return { ok: true, value: answer(String(question), asked++) };
    } catch (error) {
      return { ok: false, error };
    }
  };
  if (mode === 'native') {
    const handler = subject.native.runInThisContext() as Program;
    const ask = async (question: unknown): Promise<unknown> => valueOf(outcomeOf(question));
    return { log, result: await settle(() => (handler(markResumable, record) as Handler)(ask)), rounds: 1 };
  }
  if (mode === 'one-process') return { log, ...(await runPushed(subject.compiled, record, outcomeOf)) };
  const programs = mode === 'reformatted' ? [subject.compiled, subject.reformatted] : [subject.compiled];
  return { log, ...(await runRounds(programs, record, outcomeOf)) };
}

type Ending = Omit<Transcript, 'log'>;

async function runPushed(
  program: Script,
  record: Recorder,
  outcomeOf: (question: unknown) => Outcome,
): Promise<Ending> {
  const handler = (program.runInThisContext() as Program)(markResumable, record);
  const push = async ({ params }: { params: unknown }): Promise<unknown> => valueOf(outcomeOf(params));
  const end = await runRound(roundOf(handler, { push }));
  return { result: end.kind === 'settled' ? showOutcome(end.outcome) : 'stuck', rounds: 1 };
}

const pool = new RealmPool();
const SECRET = 'a secret that is as long as the sealer asks for';
const sealing = createSealer(SECRET);
const opening = createSealer(SECRET);

async function runRounds(
  programs: readonly Script[],
  record: Recorder,
  outcomeOf: (question: unknown) => Outcome,
): Promise<Ending> {
  const realmOf = pool.forHandler();
  let sealed: string | undefined;
  for (let rounds = 1; rounds <= 200; rounds++) {
    const realm = realmOf(rounds);
    const { runRound: runHere } = realm.load(modules.runRound) as { runRound: typeof runRound };
    const { markResumable: mark } = realm.load(modules.mark) as { markResumable: typeof markResumable };
    const program = programs[(rounds - 1) % programs.length]?.runInContext(realm.context) as Program;
    const round = roundOf(program(mark, record), { push: () => undefined });
    const answerOf = ({ params }: { params: unknown }): Outcome => adoptOutcome(realm, outcomeOf(params));
    const resume =
      sealed === undefined ? {} : { resume: { state: await opening.open(sealed, 'fuzz'), answerOf } };
    const end = await runHere({ ...round, ...resume });
    if (end.kind === 'settled') return { result: showOutcome(end.outcome), rounds };
    sealed = await sealing.seal(end.state, 'fuzz');
  }
  throw new Error('too many rounds');
}

const modules = {
  runRound: new URL('../../../runtime/resumable/run-round.ts', import.meta.url).href,
  mark: new URL('mark-resumable.ts', import.meta.url).href,
};

function adoptOutcome(realm: FreshRealm, outcome: Outcome): Outcome {
  return outcome.ok
    ? { ok: true, value: realm.adopt(outcome.value) }
    : { ok: false, error: realm.adopt(outcome.error) };
}

function roundOf(handler: unknown, transport: Round['transport']): Round {
  return {
    unit: Reflect.get(handler as object, unitOf) as Unit,
    transport,
    argumentsFor: (flow: Flow) => ({
      self: undefined,
      args: [(question: unknown) => flow.ask({ method: 'ask', params: question })],
    }),
    anchorsOf: (args: readonly unknown[]) => new Map<unknown, string>([[args[0], 'ask']]),
  };
}

async function settle(start: () => Promise<unknown>): Promise<string> {
  try {
    return showOutcome({ ok: true, value: await start() });
  } catch (error) {
    return showOutcome({ ok: false, error });
  }
}

function valueOf(outcome: Outcome): unknown {
  if (outcome.ok) return outcome.value;
  throw outcome.error;
}

function showOutcome(outcome: Outcome): string {
  return outcome.ok ? `value ${show(outcome.value)}` : `error ${show(outcome.error)}`;
}

/** Tells apart what JSON confuses (undefined, NaN, -0, shared references), in whichever realm the value was made. */
function show(value: unknown): string {
  if (types.isNativeError(value)) {
    return value.name === 'ResumableError' ? `refused ${value.message}` : `${value.name}(${value.message})`;
  }
  if (typeof value === 'string') return value;
  return stringify(value, {
    Function: (item: unknown) => typeof item === 'function',
    Error: (item: unknown) => types.isNativeError(item) && show(item),
  });
}
