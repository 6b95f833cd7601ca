/** Runs handlers written as source text: natively, compiled in one round, and compiled with the program loaded afresh for every round. */
import { types } from 'node:util';
import { Script } from 'node:vm';

import { stringify } from 'devalue';

import { compile } from '../../../engine/compiled/compile.ts';
import { ts } from '../../../engine/syntax/ts.ts';
import { runRound } from '../../../runtime/resumable/run-round.ts';
import type { Outcome } from '../../../runtime/resumable/task.ts';
import { joinFlow, rootData } from '../../../runtime/resumable/flow.ts';
import type { Flow } from '../../../runtime/resumable/flow.ts';
import { unitOf } from '../../../runtime/resumable/link-units.ts';
import type { Unit } from '../../../runtime/resumable/unit.ts';

/** What a run shows to the outside: the contract of the engine is that it is the same in every mode. */
export interface Transcript {
  readonly log: readonly string[];
  readonly result: string;
  readonly rounds: number;
}

/** Decides the answer to an ask; throwing is how the client refuses. */
export type Answer = (question: string, index: number) => unknown;
export type Mode = 'native' | 'one-process' | 'fresh-load';

const HEADER = `import { resumable } from 'mrtr/runtime';\n`;

/** `source` declares `handler = resumable(async (ask) => …)`; `log(…)` records an effect. */
export async function run(source: string, mode: Mode, answer: Answer): Promise<Transcript> {
  const log: string[] = [];
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
    const handler = load(HEADER + source, log) as (ask: unknown) => Promise<unknown>;
    const ask = async (question: unknown): Promise<unknown> => valueOf(outcomeOf(question));
    return { log, result: await settle(() => handler(ask)), rounds: 1 };
  }
  const { code, diagnostics } = compile(HEADER + source, { filename: 'case.ts' });
  if (diagnostics.length > 0) throw new Error(diagnostics.map((d) => d.title).join('\n'));
  return mode === 'one-process' ? runPushed(code, log, outcomeOf) : runRounds(code, log, outcomeOf);
}

async function runPushed(
  code: string,
  log: string[],
  outcomeOf: (q: unknown) => Outcome,
): Promise<Transcript> {
  const push = async (_method: string, params: unknown): Promise<unknown> => valueOf(outcomeOf(params));
  const end = await runRound({ ...base(code, log), transport: { push } });
  return { log, result: end.kind === 'settled' ? showOutcome(end.outcome) : 'stuck', rounds: 1 };
}

async function runRounds(
  code: string,
  log: string[],
  outcomeOf: (q: unknown) => Outcome,
): Promise<Transcript> {
  const transport = { push: () => undefined };
  let end = await runRound({ ...base(code, log), transport });
  let rounds = 1;
  while (end.kind === 'waiting') {
    if (++rounds > 200) throw new Error('too many rounds');
    const resume = { state: end.state, answerOf: (ask: { params: unknown }) => outcomeOf(ask.params) };
    end = await runRound({ ...base(code, log), transport, resume });
  }
  return { log, result: showOutcome(end.outcome), rounds };
}

function base(code: string, log: string[]) {
  const unit = Reflect.get(load(code, log) as object, unitOf) as Unit;
  return {
    unit,
    argumentsFor: (flow: Flow) => ({
      self: undefined,
      args: [(question: unknown) => flow.ask('ask', question)],
    }),
    anchorsOf: (args: readonly unknown[]) => new Map<unknown, string>([[args[0], 'ask']]),
  };
}

/** Evaluates a module's text in a scope of its own: nothing survives from one load to the next but the log. */
function load(text: string, log: string[]): unknown {
  const { outputText } = ts.transpileModule(text.replace(HEADER, ''), {
    compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext },
  });
  const factory = new Script(`(resumable, log) => { ${outputText}\nreturn handler; }`).runInThisContext() as (
    mark: typeof resumable,
    record: (...values: unknown[]) => void,
  ) => unknown;
  return factory(resumable, (...values) => void log.push(values.map(show).join(' ')));
}

function resumable(marked: unknown): unknown {
  if (typeof marked === 'function') return marked;
  const unit = marked as Unit;
  const fn = (): never => {
    throw new Error('called outside a flow');
  };
  const join = (flow: Flow, self: unknown, args: unknown[]): unknown =>
    flow.start(rootData(unit), self, args);
  return Object.assign(fn, { [joinFlow]: join, [unitOf]: unit });
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
