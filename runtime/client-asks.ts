import { SdkError, SdkErrorCode, specTypeSchemas, type InputRequest } from '@modelcontextprotocol/server';

import { joinFlow } from './resumable/flow.ts';
import type { Ask, Flow, JoinFlow } from './resumable/flow.ts';
import { currentFlow, withFlow } from './resumable/current-flow.ts';
import { ResumableError } from './resumable/resumable-error.ts';

type Call = (this: unknown, ...args: unknown[]) => unknown;

/** Reads the arguments of a call that may ask the client; undefined when this call does not. */
type ReadAsk = (args: readonly unknown[], flow: Flow) => Ask | undefined;

/** Names of the results in `specTypeSchemas`, which builds a schema when it is asked for. */
const RESULTS = {
  'elicitation/create': 'ElicitResult',
  'sampling/createMessage': 'CreateMessageResult',
  'roots/list': 'ListRootsResult',
} as const satisfies Record<InputRequest['method'], keyof typeof specTypeSchemas>;

const elicitInput: ReadAsk = ([params, options]) => ({
  method: 'elicitation/create',
  params: elicitationParams(params as Record<string, unknown>),
  ...waitOf(options),
});

const createMessage: ReadAsk = ([params, options]) => ({
  method: 'sampling/createMessage',
  params,
  ...waitOf(options),
});

const listRoots: ReadAsk = ([params, options]) => ({ method: 'roots/list', params, ...waitOf(options) });

/** `send(request, options)` and `send(request, resultSchema, options)`. */
const request: ReadAsk = ([asked, schemaOrOptions, options], flow) => {
  const { method, params } = asked as { method: string; params?: unknown };
  if (!isAskMethod(method)) return undefined;
  const hasSchema = isSchema(schemaOrOptions);
  if (hasSchema && schemaOrOptions !== specTypeSchemas[RESULTS[method]]) {
    const message = `The result schema given with ${method} is not there any more when the answer comes; leave it out: the answer is checked against the specification.`;
    flow.abort(new ResumableError('not-carried', message));
  }
  return { method, params, unvalidated: true, ...waitOf(hasSchema ? options : schemaOrOptions) };
};

/** The calls of `ctx.mcpReq` that ask (SDK 2.4 `ServerContext`). */
const CONTEXT_ASKS = { elicitInput, requestSampling: createMessage, send: request } as const;
/** The calls of a `Server` that ask. */
const SERVER_ASKS = { elicitInput, createMessage, listRoots, request } as const;

/** `target` with its asking calls made part of `flow`. */
export function withContextAsks<Target extends object>(target: Target, flow: Flow): Target {
  const asks = Object.entries(CONTEXT_ASKS).flatMap(([name, read]) => {
    const native: unknown = Reflect.get(target, name);
    return typeof native === 'function' ? [[name, askingCall(native as Call, read, () => flow)]] : [];
  });
  return { ...target, ...Object.fromEntries(asks) };
}

/**
 * Makes the asking calls of a server part of the flow that calls them. Outside a flow they stay what they are.
 * The server belongs to the user, who may hold its methods as values already: only those taken later are ours.
 */
export function joinServerAsks(server: object): void {
  if (Object.hasOwn(server, joined)) return;
  Object.defineProperty(server, joined, { value: true });
  for (const [name, read] of Object.entries(SERVER_ASKS)) {
    const native: unknown = Reflect.get(server, name);
    if (typeof native === 'function')
      Reflect.set(server, name, askingCall(native as Call, read, currentFlow));
  }
}

const joined = Symbol('mrtr.joined');

function askingCall(native: Call, read: ReadAsk, flowOf: () => Flow | undefined): Call {
  const join: JoinFlow = (flow, self, args, name) => {
    // The native call uses others of these itself: outside the flow they are native all the way down.
    const send = (): Promise<unknown> =>
      withFlow(undefined, () => Promise.resolve(Reflect.apply(native, self, args)));
    const ask = read(args, flow);
    return ask === undefined ? send() : flow.ask({ ...ask, send }, name ?? nameFor(ask));
  };
  const call: Call = function (...args) {
    const flow = flowOf();
    return flow === undefined ? Reflect.apply(native, this, args) : join(flow, this, args);
  };
  return Object.assign(call, { [joinFlow]: join });
}

/** What the answer is called when its variable has no name: the only field of the form, else the kind of ask. */
function nameFor({ method, params }: Ask): string {
  if (method === 'sampling/createMessage') return 'completion';
  if (method === 'roots/list') return 'roots';
  const { mode, requestedSchema } = params as { mode?: string; requestedSchema?: { properties?: object } };
  const fields = Object.keys(requestedSchema?.properties ?? {});
  return mode === 'url' ? 'confirmation' : fields.length === 1 ? String(fields[0]) : 'answer';
}

/** As `Server.elicitInput` sends them; the id of a URL elicitation does not exist any more at 2026-07-28. */
function elicitationParams(params: Readonly<Record<string, unknown>>): unknown {
  if (params['mode'] !== 'url') return { ...params, mode: 'form' };
  const { elicitationId: _, ...rest } = params;
  return rest;
}

/** An explicit timeout limits how long the answer may take, over rounds too. A signal ends with the round it belongs to. */
function waitOf(options: unknown): Pick<Ask, 'timeout' | 'deadline'> {
  const timeout: unknown =
    typeof options === 'object' && options !== null ? Reflect.get(options, 'timeout') : undefined;
  return typeof timeout === 'number' ? { timeout, deadline: Date.now() + timeout } : {};
}

/** What the SDK throws when an answer is late. */
export function lateAnswer(timeout: number | undefined): SdkError {
  return new SdkError(SdkErrorCode.RequestTimeout, 'Request timed out', { timeout });
}

function isSchema(value: unknown): boolean {
  return (typeof value === 'object' && value !== null && '~standard' in value) || typeof value === 'function';
}

export function isAskMethod(method: string): method is InputRequest['method'] {
  return Object.hasOwn(RESULTS, method);
}
