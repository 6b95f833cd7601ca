import { setImmediate } from 'node:timers/promises';
import { Script } from 'node:vm';

import { compile } from '../../engine/compiled/compile.ts';
import type { Flow } from '../../runtime/resumable/flow.ts';
import { unitOf } from '../../runtime/resumable/link-units.ts';
import type { RoundResult, runRound } from '../../runtime/resumable/run-round.ts';
import type { Outcome } from '../../runtime/resumable/task.ts';
import type { Unit } from '../../runtime/resumable/unit.ts';
import { ModuleSources } from '../../test/engine/compiled/fresh-realm.ts';
import type { FreshRealm } from '../../test/engine/compiled/fresh-realm.ts';
import type { markResumable } from '../../test/engine/compiled/mark-resumable.ts';
import type { Program } from '../../test/engine/compiled/subject.ts';
import { leaveOutKnown } from './known-differences.ts';
import { placeAsks } from './place-asks.ts';
import type { Form } from './place-asks.ts';
import type { Test } from './read-test.ts';
import type { Harness, TestLog } from './test-realm.ts';

export interface Verdict {
  readonly kind: 'passed' | 'refused' | 'not applicable' | 'failed';
  readonly detail: string;
}

/** What is the same however a test runs. */
interface Run {
  readonly asks: readonly string[];
  readonly assertions: number;
  readonly outcome: Outcome;
}

const HEADER = `import { resumable } from 'mrtr/runtime';\n`;
const MAX_ASKS = 150;
/** How many turns of the event loop a test has to call `$DONE`. */
const TURNS = 100;
const MODULES = {
  runRound: new URL('../../runtime/resumable/run-round.ts', import.meta.url).href,
  mark: new URL('../../test/engine/compiled/mark-resumable.ts', import.meta.url).href,
};

const sources = new ModuleSources();

/**
 * Runs one form of a test natively and, where it passes so, compiled: in one go, and with its state sealed at every ask.
 * A test that fails has to pass without its assertions about documented differences.
 */
export async function runForm(test: Test, form: Form, harness: Harness): Promise<Verdict> {
  const verdict = await compareForm(test, form, harness);
  const rest = verdict.kind === 'failed' ? leaveOutKnown(test.text) : undefined;
  if (rest === undefined) return verdict;
  const others = await compareForm({ ...test, text: rest.text }, form, harness);
  return others.kind === 'passed' ? notApplicable(`documented: ${rest.difference}`) : others;
}

async function compareForm(test: Test, form: Form, harness: Harness): Promise<Verdict> {
  const text = placeAsks(test.text, form);
  if (text === undefined) return notApplicable('not parsed by TypeScript');
  const native = scriptOf(text);
  if (native === undefined) return notApplicable('not valid in an async function in strict mode');
  const expected = await runNative(test, native, harness);
  if (!expected.outcome.ok) return notApplicable('does not pass natively as a handler');
  if (expected.changesIntrinsics) return notApplicable('changes an intrinsic object');
  if (expected.asks.length > MAX_ASKS) return notApplicable(`asks more than ${MAX_ASKS} times`);
  const { code, diagnostics } = compile(HEADER + text, { filename: 'test.js' });
  const [diagnostic] = diagnostics;
  if (diagnostic !== undefined)
    return {
      kind: 'refused',
      detail: `${diagnostic.code} ${diagnostic.title}`.replaceAll(/`[^`]*`/g, '`…`'),
    };
  const compiled = scriptOf(code.replace(HEADER, ''));
  if (compiled === undefined) return { kind: 'failed', detail: `${form}: compiled to what cannot be parsed` };
  for (const mode of ['pushed', 'sealed'] as const) {
    const verdict = compareRuns(expected, await runCompiled(test, compiled, harness, mode));
    if (verdict === undefined) continue;
    return { ...verdict, detail: withForm(verdict, `${form}, ${mode}`) };
  }
  return { kind: 'passed', detail: '' };
}

function withForm({ kind, detail }: Verdict, form: string): string {
  return kind === 'failed' ? `${form}: ${detail}` : detail;
}

function notApplicable(detail: string): Verdict {
  return { kind: 'not applicable', detail };
}

function compareRuns(expected: Run, actual: Run): Verdict | undefined {
  if (!actual.outcome.ok) {
    const { name, message, reason } = Object(actual.outcome.error) as Record<string, unknown>;
    // The code that goes on is always that which wrote the state.
    if (name === 'ResumableError' && reason !== 'stale-state')
      return { kind: 'refused', detail: `at run time: ${String(reason)}` };
    const type = String(name ?? Object(actual.outcome.error).constructor?.name);
    return { kind: 'failed', detail: `${type}: ${String(message)}` };
  }
  const [asked, wanted] = [actual.asks.join(), expected.asks.join()];
  if (asked !== wanted) return { kind: 'failed', detail: `asked ${asked} instead of ${wanted}` };
  if (actual.assertions !== expected.assertions) {
    const detail = `${actual.assertions} instead of ${expected.assertions} assertions`;
    return { kind: 'failed', detail };
  }
  return undefined;
}

function scriptOf(program: string): Script | undefined {
  try {
    return new Script(`(resumable) => { 'use strict'; ${program}\nreturn handler; }`, {
      filename: 'test.js',
    });
  } catch {
    return undefined;
  }
}

type Handler = (ask: (question: unknown) => Promise<unknown>) => Promise<unknown>;

async function runNative(
  test: Test,
  script: Script,
  harness: Harness,
): Promise<Run & { readonly changesIntrinsics: boolean }> {
  const { realm, log } = harness.realm(sources, test.includes);
  const asks: string[] = [];
  let changesIntrinsics = false;
  const outcome = await settle(async () => {
    const handler = programIn(realm, script)((marked: unknown) => marked, noRecord) as Handler;
    await handler(async (question) => {
      asks.push(String(question));
      changesIntrinsics ||= log.hasChangedIntrinsics();
      await setImmediate();
      return question;
    });
    await finish(test, log);
  });
  return { asks, assertions: log.assertions, outcome, changesIntrinsics };
}

async function runCompiled(
  test: Test,
  script: Script,
  harness: Harness,
  mode: 'pushed' | 'sealed',
): Promise<Run> {
  const { realm, log } = harness.realm(sources, test.includes);
  const asks: string[] = [];
  const outcome = await settle(async () => {
    const { runRound: runHere } = realm.load(MODULES.runRound) as { runRound: typeof runRound };
    const { markResumable: mark } = realm.load(MODULES.mark) as { markResumable: typeof markResumable };
    let state: string | undefined;
    do {
      const unit = Reflect.get(programIn(realm, script)(mark, noRecord) as object, unitOf) as Unit;
      const end: RoundResult = await runHere({
        unit,
        transport: { push: mode === 'pushed' ? answerLater : () => undefined },
        patience: 100,
        argumentsFor: (flow) => ({ self: undefined, args: [askThrough(flow, asks)] }),
        anchorsOf: ([ask]) => [new Map([[ask, 'ask']])],
        ...(state !== undefined && {
          resume: { state, answerOf: ({ params }) => ({ ok: true, value: params }) },
        }),
      });
      if (end.kind === 'settled') {
        if (!end.outcome.ok) throw end.outcome.error;
        state = undefined;
      } else state = end.state;
    } while (state !== undefined);
    await finish(test, log);
  });
  return { asks, assertions: log.assertions, outcome };
}

function programIn(realm: FreshRealm, script: Script): Program {
  return script.runInContext(realm.context) as Program;
}

const noRecord = (): void => undefined;

async function answerLater({ params }: { readonly params: unknown }): Promise<unknown> {
  await setImmediate();
  return params;
}

function askThrough(flow: Flow, asks: string[]) {
  return (question: unknown): unknown => {
    asks.push(String(question));
    return flow.ask({ method: 'ask', params: question });
  };
}

async function settle(body: () => Promise<void>): Promise<Outcome> {
  try {
    await body();
    return { ok: true, value: undefined };
  } catch (error) {
    return { ok: false, error };
  }
}

/** Waits for `$DONE`, which an asynchronous test calls when it has ended. */
async function finish({ isAsync, text }: Test, log: TestLog): Promise<void> {
  if (!isAsync || text.includes('asyncTest(')) return;
  for (let turn = 0; log.done === undefined && turn < TURNS; turn++) await setImmediate();
  if (log.done === undefined) throw new Error('$DONE was not called');
  if (log.done.error !== undefined) throw log.done.error;
}
