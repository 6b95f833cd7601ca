import {
  ProtocolError,
  ProtocolErrorCode,
  UrlElicitationRequiredError,
  type InputRequest,
  type ServerContext,
} from '@modelcontextprotocol/server';

import { elicitResult } from './answers.ts';
import { assertCanAsk } from './client-capabilities.ts';
import { isAskMethod, lateAnswer, withContextAsks } from './client-asks.ts';
import { Continuation } from './continuation.ts';
import type { Question } from './envelope.ts';
import { RequestAnchors } from './request-anchors.ts';
import { GivenAnswers } from './given-answers.ts';
import { processWide } from './process-wide.ts';
import { findBinding, questionOf, unvalidated, type RequestBinding } from './request-binding.ts';
import { RequestStateError } from './request-state-error.ts';
import { requireUrls } from './require-urls.ts';
import { currentFlow } from './resumable/current-flow.ts';
import { rootData } from './resumable/flow.ts';
import type { AskTransport, Flow, KeyedAsk } from './resumable/flow.ts';
import { ResumableError } from './resumable/resumable-error.ts';
import { runRound } from './resumable/run-round.ts';
import type { Resume, Round } from './resumable/run-round.ts';
import { StaleState } from './resumable/stale-state.ts';
import { valueOf } from './resumable/task.ts';
import type { Outcome } from './resumable/task.ts';
import type { Unit } from './resumable/unit.ts';
import { decideBy, needsNames, type UpgradePolicy } from './upgrade.ts';

/** What `resumable` is told about a handler. */
export interface ResumableOptions {
  /** What becomes of states that another version of this handler has sealed. Default: the `upgrade` of the server. */
  readonly upgrade?: UpgradePolicy;
}

// A context that belongs to a flow: whoever is called with it takes part, also from code that is not compiled.
const flows = processWide('flows', () => new WeakMap<object, Flow>());

/** Serves a call of a resumable function that does not come from compiled code. */
export function serveResumable(
  unit: Unit,
  self: unknown,
  args: readonly unknown[],
  options: ResumableOptions = {},
): unknown {
  const ctx = contextOf(args);
  const flow = flowOf(ctx);
  if (flow !== undefined) return flow.start(rootData(unit), self, args);
  if (ctx === undefined || !isModern(ctx)) return runPushed(unit, self, args, ctx);
  const binding = findBinding(ctx);
  if (binding !== undefined) return serveRound(unit, self, args, ctx, binding, options);
  throw new ResumableError(
    'no-request-state',
    `${unit.id} needs more than one round on protocol revision 2026-07-28: create its server with requestState.protect(new McpServer(info, { requestState })).`,
  );
}

/** The flow that a call belongs to: by its context, else where the platform can tell. */
export function flowOf(ctx: ServerContext | undefined): Flow | undefined {
  return (ctx === undefined ? undefined : flows.get(ctx)) ?? currentFlow();
}

/** The context that the SDK gives to a handler: its last argument. */
export function contextOf(args: readonly unknown[]): ServerContext | undefined {
  const last = args.at(-1);
  return typeof last === 'object' && last !== null && 'mcpReq' in last ? (last as ServerContext) : undefined;
}

/** True when the request belongs to a revision without requests to the client. */
export function isModern(ctx: ServerContext): boolean {
  return ctx.mcpReq.envelope !== undefined;
}

/** The legacy era: every ask goes over the session, the whole function runs in one go. */
async function runPushed(
  unit: Unit,
  self: unknown,
  args: readonly unknown[],
  ctx: ServerContext | undefined,
): Promise<unknown> {
  const end = await runRound({
    unit,
    transport: { push: ({ send }) => send?.() },
    argumentsFor: (flow) => ({ self, args: joinedArguments(args, ctx, flow) }),
    anchorsOf: () => [],
  });
  if (end.kind === 'waiting') throw new ResumableError('foreign-wait', `${unit.id} waits for nothing.`);
  return valueOf(end.outcome);
}

/** One round of the modern era: ends with the result, or with what the client is asked. */
async function serveRound(
  unit: Unit,
  self: unknown,
  args: readonly unknown[],
  ctx: ServerContext,
  binding: RequestBinding,
  options: ResumableOptions,
): Promise<unknown> {
  try {
    const asked = new Map<string, Question>();
    const end = await runRound(roundOf(unit, self, args, ctx, binding, options, asked));
    if (end.kind === 'settled') return resultOf(end.outcome, ctx);
    const questions = end.asks.map((ask) => [ask.key, asked.get(ask.key) ?? questionOf(requestOf(ask))]);
    const state = new Continuation(end.state);
    return await binding.requestState.suspend(ctx, Object.fromEntries(questions), state);
  } catch (error) {
    if (error instanceof StaleState) {
      binding.failure = binding.requestState.refuse(error.difference, binding.opened);
    } else if (error instanceof ResumableError || error instanceof RequestStateError)
      failRequest(binding, error);
    throw error;
  }
}

/** What a handler throws for its client to open URLs is no error in the modern era. */
function resultOf(outcome: Outcome, ctx: ServerContext): unknown {
  if (outcome.ok || !(outcome.error instanceof UrlElicitationRequiredError)) return valueOf(outcome);
  return requireUrls(ctx, outcome.error.elicitations, outcome.error.message);
}

function roundOf(
  unit: Unit,
  self: unknown,
  args: readonly unknown[],
  ctx: ServerContext,
  binding: RequestBinding,
  options: ResumableOptions,
  asked: Map<string, Question>,
): Round {
  const { opened, requestState } = binding;
  const { upgrade = requestState.upgrade } = options;
  const given = new GivenAnswers(binding);
  let anchors: RequestAnchors | undefined;
  const round: Round = {
    unit,
    transport: modernTransport(ctx, binding, given, asked),
    classes: requestState.classes,
    keepsNames: requestState.debug || needsNames(upgrade),
    argumentsFor: (flow) => {
      const joined = joinedArguments(args, ctx, flow);
      anchors = new RequestAnchors(joined, joined.at(-1) as ServerContext, binding.request);
      return { self, args: joined };
    },
    anchorsOf: () => anchors?.collect() ?? [],
  };
  if (opened === undefined) return round;
  const { method, name } = binding;
  const { flow, round: number, value } = opened;
  const resume: Resume = {
    // A state that is not a continuation was made when the handler was not compiled yet.
    state: value instanceof Continuation ? value.text : '',
    answerOf: (ask) => answerOf(ask, ctx, binding),
    decide: decideBy(upgrade, { method, name, flow, round: number }),
    async admit(upgraded) {
      await binding.admit();
      if (upgraded instanceof StaleState) {
        given.keepUnchanged(opened);
        binding.observer.restarted(upgraded.difference);
      } else if (upgraded > 0) binding.observer.migrated(upgraded);
    },
  };
  return { ...round, resume };
}

/**
 * Asks end the round, unless the client cannot be asked, or has sent the answer along.
 * @param asked takes what is asked in this round, by key.
 */
function modernTransport(
  ctx: ServerContext,
  binding: RequestBinding,
  given: GivenAnswers,
  asked: Map<string, Question>,
): AskTransport {
  return {
    keepsQuestions: true,
    push(ask) {
      const question = questionOf(requestOf(ask));
      try {
        assertCanAsk(question, ctx, binding);
        asked.set(ask.key, question);
        if (!given.take(ask.key, question)) return undefined;
        return Promise.resolve(answerTo(ask, ctx, binding, requestOf(ask)));
      } catch (error) {
        return Promise.reject(error);
      }
    },
  };
}

/** The answer as the caller of the ask gets it: only elicitations are validated. @throws {ProtocolError} as `elicitInput` */
function answerTo(
  { method, key }: KeyedAsk,
  ctx: ServerContext,
  { answers }: RequestBinding,
  request?: InputRequest,
): unknown {
  if (method !== 'elicitation/create') return answers[key];
  return request === undefined ? elicitResult(ctx, key) : elicitResult(ctx, key, request);
}

function answerOf(ask: KeyedAsk, ctx: ServerContext, binding: RequestBinding): Outcome {
  if (ask.deadline !== undefined && Date.now() > ask.deadline)
    return { ok: false, error: lateAnswer(ask.timeout) };
  try {
    return { ok: true, value: answerTo(ask, ctx, binding) };
  } catch (error) {
    return { ok: false, error };
  }
}

function requestOf({ method, params, unvalidated: isUnvalidated }: KeyedAsk): InputRequest {
  if (!isAskMethod(method)) throw new TypeError(`${method} is not a request to the client`);
  const request = (params === undefined ? { method } : { method, params }) as InputRequest;
  return isUnvalidated === true ? unvalidated(request) : request;
}

/** The arguments with the context that makes what is asked through it part of the flow. */
function joinedArguments(
  args: readonly unknown[],
  ctx: ServerContext | undefined,
  flow: Flow,
): readonly unknown[] {
  if (ctx === undefined) return args;
  const joined = { ...ctx, mcpReq: withContextAsks(ctx.mcpReq, flow) };
  flows.set(joined, flow);
  return [...args.slice(0, -1), joined];
}

/** Answers the request with a mistake of the server, named for its author. */
export function failRequest(binding: RequestBinding, error: Error): void {
  binding.server.onerror?.(error);
  binding.failure = new ProtocolError(ProtocolErrorCode.InternalError, error.message);
}
