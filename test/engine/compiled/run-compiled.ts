/**
 * Runs handlers written as source text: natively, compiled in one round, and compiled with every round in a realm of its
 * own that knows of the round before only what was sealed.
 */
import { types } from 'node:util';
import { Script } from 'node:vm';

import { stringify } from 'devalue';

import { compile } from '../../../engine/compiled/compile.ts';
import { ts } from '../../../engine/syntax/ts.ts';
import type { Flow } from '../../../runtime/resumable/flow.ts';
import { unitOf } from '../../../runtime/resumable/link-units.ts';
import { runRound } from '../../../runtime/resumable/run-round.ts';
import type { Round } from '../../../runtime/resumable/run-round.ts';
import type { Outcome } from '../../../runtime/resumable/task.ts';
import type { Unit } from '../../../runtime/resumable/unit.ts';
import { createSealer } from '../../../runtime/seal.ts';
import { FreshRealm } from './fresh-realm.ts';
import { markResumable } from './mark-resumable.ts';

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
type Program = (mark: typeof markResumable, record: Recorder) => unknown;

const HEADER = `import { resumable } from 'mrtr/runtime';\n`;

/** `source` declares `handler = resumable(async (ask) => …)`; `log(…)` records an effect. */
export async function run(source: string, mode: Mode, answer: Answer): Promise<Transcript> {
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
    const handler = scriptOf(source).runInThisContext() as Program;
    const ask = async (question: unknown): Promise<unknown> => valueOf(outcomeOf(question));
    return { log, result: await settle(() => (handler(markResumable, record) as Handler)(ask)), rounds: 1 };
  }
  const program = scriptOf(compiled(source));
  if (mode === 'one-process') return { log, ...(await runPushed(program, record, outcomeOf)) };
  const programs = mode === 'reformatted' ? [program, scriptOf(compiled(reformat(source)))] : [program];
  return { log, ...(await runRounds(programs, record, outcomeOf)) };
}

type Recorder = (...values: unknown[]) => void;
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

const SECRET = 'a secret that is as long as the sealer asks for';
const sealing = createSealer(SECRET);
const opening = createSealer(SECRET);

async function runRounds(
  programs: readonly Script[],
  record: Recorder,
  outcomeOf: (question: unknown) => Outcome,
): Promise<Ending> {
  let sealed: string | undefined;
  for (let rounds = 1; rounds <= 200; rounds++) {
    const realm = new FreshRealm();
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

function compiled(source: string): string {
  const { code, diagnostics } = compile(HEADER + source, { filename: 'case.ts' });
  if (diagnostics.length > 0) throw new Error(diagnostics.map((d) => d.title).join('\n'));
  return code.replace(HEADER, '');
}

/** Another layout of the same program: white space, quotes and comments. */
function reformat(source: string): string {
  const file = ts.createSourceFile('case.ts', source, ts.ScriptTarget.Latest, true);
  return `// reformatted\n${ts.createPrinter({ newLine: ts.NewLineKind.LineFeed }).printFile(file)}`;
}

function scriptOf(program: string): Script {
  const { outputText } = ts.transpileModule(program, {
    compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext },
  });
  return new Script(`(resumable, log) => { ${outputText}\nreturn handler; }`);
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
