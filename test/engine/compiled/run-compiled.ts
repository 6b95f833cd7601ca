/**
 * Runs handlers written as source text: natively, compiled in one round, and compiled with every round in a realm of its
 * own that knows of the round before only what was sealed.
 */
import type { Script } from 'node:vm';

import type { Flow } from '../../../runtime/resumable/flow.ts';
import * as remedies from '../../../runtime/remedies.ts';
import { unitOf } from '../../../runtime/resumable/link-units.ts';
import { runRound } from '../../../runtime/resumable/run-round.ts';
import type { Round } from '../../../runtime/resumable/run-round.ts';
import type { Outcome } from '../../../runtime/resumable/task.ts';
import type { Unit } from '../../../runtime/resumable/unit.ts';
import { createSealer } from '../../../runtime/seal.ts';
import { Client } from './client.ts';
import type { Answer } from './client.ts';
import { RealmPool } from './fresh-realm.ts';
import type { FreshRealm } from './fresh-realm.ts';
import { markResumable } from './mark-resumable.ts';
import { show, showOutcome } from './show.ts';
import { Subject } from './subject.ts';
import type { Program, Recorder, Remedies } from './subject.ts';

/** What a run shows to the outside: the contract of the engine is that it is the same in every mode. */
export interface Transcript {
  readonly log: readonly string[];
  readonly result: string;
  readonly rounds: number;
}

/**
 * `native`: not compiled. `one-process`: compiled, answers are pushed. `fresh-load`: every round in a new realm.
 * `reformatted`: the same, and every other round runs the source as a formatter left it.
 */
export type Mode = 'native' | 'one-process' | 'fresh-load' | 'reformatted';

type Handler = (ask: (question: unknown) => Promise<unknown>) => Promise<unknown>;
type Ending = Omit<Transcript, 'log'>;

/** Runs `subject`, source text by itself included, and shows what it did. */
export async function run(
  given: Subject | string,
  mode: Mode,
  answer: Answer,
  delay = 0,
): Promise<Transcript> {
  const subject = typeof given === 'string' ? new Subject(given) : given;
  const client = new Client(answer, delay);
  const record = (...values: unknown[]): void => void client.log.push(values.map(show).join(' '));
  return { log: client.log, ...(await end(subject, mode, client, record)) };
}

function end(subject: Subject, mode: Mode, client: Client, record: Recorder): Promise<Ending> {
  switch (mode) {
    case 'native':
      return runNative(subject.native, client, record);
    case 'one-process':
      return runPushed(subject.compiled, client, record);
    case 'fresh-load':
      return runRounds(() => subject.compiled, client, record);
    case 'reformatted':
      return runRounds((round) => (round % 2 === 0 ? subject.reformatted : subject.compiled), client, record);
  }
}

async function runNative(program: Script, client: Client, record: Recorder): Promise<Ending> {
  const handler = (program.runInThisContext() as Program)(markResumable, record, remedies) as Handler;
  const ask = async (question: unknown): Promise<unknown> => {
    client.noteAsk(question);
    return client.push(question);
  };
  const outcome = await handler(ask).then(
    (value): Outcome => ({ ok: true, value }),
    (error: unknown): Outcome => ({ ok: false, error }),
  );
  return { result: showOutcome(outcome), rounds: 1 };
}

async function runPushed(program: Script, client: Client, record: Recorder): Promise<Ending> {
  const handler = (program.runInThisContext() as Program)(markResumable, record, remedies);
  const end = await runRound(roundOf(handler, client, { push: ({ params }) => client.push(params) }));
  return { result: end.kind === 'settled' ? showOutcome(end.outcome) : 'stuck', rounds: 1 };
}

const pool = new RealmPool();
const SECRET = 'a secret that is as long as the sealer asks for';
const sealing = createSealer(SECRET);
const opening = createSealer(SECRET);

async function runRounds(
  programOf: (round: number) => Script,
  client: Client,
  record: Recorder,
): Promise<Ending> {
  const realmOf = pool.forHandler();
  let sealed: string | undefined;
  for (let rounds = 1; rounds <= 200; rounds++) {
    const realm = realmOf(rounds);
    const { runRound: runHere } = realm.load(modules.runRound) as { runRound: typeof runRound };
    const { markResumable: mark } = realm.load(modules.mark) as { markResumable: typeof markResumable };
    const remediesHere = realm.load(modules.remedies) as unknown as Remedies;
    const program = programOf(rounds).runInContext(realm.context) as Program;
    const round = roundOf(program(mark, record, remediesHere), client, { push: () => undefined });
    const answerOf = ({ params }: { params: unknown }): Outcome =>
      adoptOutcome(realm, client.outcomeOf(params));
    const resume =
      sealed === undefined ? {} : { resume: { state: await opening.open(sealed, 'fuzz'), answerOf } };
    const end = await runHere({ ...round, ...resume });
    if (end.kind === 'settled') return { result: showOutcome(end.outcome), rounds };
    sealed = await sealing.seal(end.state, 'fuzz');
    if (client.delay > 0) await new Promise((resolve) => setTimeout(resolve, client.delay));
  }
  throw new Error('too many rounds');
}

const modules = {
  runRound: new URL('../../../runtime/resumable/run-round.ts', import.meta.url).href,
  mark: new URL('mark-resumable.ts', import.meta.url).href,
  remedies: new URL('../../../runtime/remedies.ts', import.meta.url).href,
};

function adoptOutcome(realm: FreshRealm, outcome: Outcome): Outcome {
  return outcome.ok
    ? { ok: true, value: realm.adopt(outcome.value) }
    : { ok: false, error: realm.adopt(outcome.error) };
}

function roundOf(handler: unknown, client: Client, transport: Round['transport']): Round {
  return {
    unit: Reflect.get(handler as object, unitOf) as Unit,
    transport,
    patience: 100,
    argumentsFor: (flow: Flow) => ({
      self: undefined,
      args: [
        (question: unknown) => {
          client.noteAsk(question);
          return flow.ask({ method: 'ask', params: question });
        },
      ],
    }),
    anchorsOf: (args: readonly unknown[]) => [new Map<unknown, string>([[args[0], 'ask']])],
  };
}
