import type { Server } from '@modelcontextprotocol/server';

import type { Envelope } from './envelope.ts';
import type { RejectionReason } from './request-state-error.ts';
import type { RoundEvent, RoundIdentity, RoundSpan, RoundTracer } from './round-event.ts';
import type { UpgradeReason } from './upgrade.ts';

export interface ObserverOptions {
  readonly onEvent?: ((event: RoundEvent) => void) | undefined;
  readonly tracer?: RoundTracer | undefined;
}

/** `SpanStatusCode.ERROR` of @opentelemetry/api, which is not imported. */
const ERROR_STATUS = 2;

/** Tells the hook, the span and the server's `onerror` what happens in one round. */
export class RoundObserver {
  readonly #onEvent: ObserverOptions['onEvent'];
  readonly #span: RoundSpan | undefined;
  readonly #server: Server | undefined;
  #identity: RoundIdentity;
  #failed = false;

  constructor(identity: RoundIdentity, { onEvent }: ObserverOptions, server?: Server, span?: RoundSpan) {
    this.#identity = identity;
    this.#onEvent = onEvent;
    this.#server = server;
    this.#span = span;
  }

  resumed(opened: Envelope): void {
    this.#join(opened);
    this.#emit({ ...this.#identity, type: 'resumed' });
  }

  suspended(envelope: Envelope, length: number, stored: boolean): void {
    this.#join(envelope);
    this.#span?.setAttribute('mrtr.outcome', 'suspended');
    this.#span?.setAttribute('mrtr.state.length', length);
    if (this.#onEvent === undefined) return;
    const keys = Object.keys(envelope.questions);
    this.#emit({ ...this.#identity, type: 'suspended', keys, length, stored });
  }

  askedAgain(envelope: Envelope, keys: readonly string[]): void {
    this.#join(envelope);
    this.#span?.setAttribute('mrtr.outcome', 'asked-again');
    this.#emit({ ...this.#identity, type: 'asked-again', keys, reasks: envelope.reasks });
  }

  restarted(difference: UpgradeReason): void {
    this.#span?.setAttribute('mrtr.upgrade', 'restarted');
    this.#span?.setAttribute('mrtr.upgrade.difference', difference);
    this.#emit({ ...this.#identity, type: 'restarted', difference });
  }

  /** @param frames how many were taken over. */
  migrated(frames: number): void {
    this.#span?.setAttribute('mrtr.upgrade', 'migrated');
    this.#emit({ ...this.#identity, type: 'migrated', frames });
  }

  rejected(reason: RejectionReason, opened?: Envelope, difference?: UpgradeReason): void {
    if (opened !== undefined) this.#join(opened);
    if (difference !== undefined) this.#span?.setAttribute('mrtr.upgrade.difference', difference);
    this.#fail('rejected', reason);
    this.#server?.onerror?.(
      new Error(`requestState verification rejected ${this.#identity.method}: ${reason}`),
    );
    const details = difference === undefined ? {} : { difference };
    this.#emit({ ...this.#identity, type: 'rejected', reason, ...details });
  }

  storeUnavailable(error: Error): void {
    this.#fail('store-unavailable', error.message);
    this.#server?.onerror?.(error);
    this.#emit({ ...this.#identity, type: 'store-unavailable', error });
  }

  #join({ flow, round }: Envelope): void {
    this.#identity = { ...this.#identity, flow, round };
    this.#span?.setAttribute('mrtr.flow', flow);
    this.#span?.setAttribute('mrtr.round', round);
  }

  /** The handler, or the round itself, threw. The message of an error may hold anything, so its name is all there is. */
  threw(error: unknown): void {
    if (!this.#failed) this.#fail('threw', error instanceof Error ? error.name : 'Error');
  }

  #fail(outcome: string, message: string): void {
    this.#failed = true;
    this.#span?.setAttribute('mrtr.outcome', outcome);
    this.#span?.setStatus({ code: ERROR_STATUS, message });
  }

  /** A hook that fails must not fail the request. */
  #emit(event: RoundEvent): void {
    try {
      this.#onEvent?.(event);
    } catch (error) {
      console.warn('mrtr: onEvent threw', error);
    }
  }
}

/** Runs one round in a span of its own, if there is a tracer. Spans of the handler become its children. */
export async function observeRound<Result>(
  identity: RoundIdentity,
  options: ObserverOptions,
  server: Server,
  run: (observer: RoundObserver) => Promise<Result>,
): Promise<Result> {
  const { tracer } = options;
  if (tracer === undefined) return run(new RoundObserver(identity, options, server));
  return tracer.startActiveSpan(titleOf(identity), { attributes: attributesOf(identity) }, async (span) => {
    const observer = new RoundObserver(identity, options, server, span);
    try {
      return await run(observer);
    } catch (error) {
      observer.threw(error);
      throw error;
    } finally {
      span.end();
    }
  });
}

/** As the semantic conventions of OpenTelemetry for MCP name spans: a URI would make one name for each resource. */
function titleOf({ method, name }: RoundIdentity): string {
  return name === undefined || method === 'resources/read' ? method : `${method} ${name}`;
}

const NAME_ATTRIBUTES: Readonly<Record<string, string>> = {
  'tools/call': 'gen_ai.tool.name',
  'prompts/get': 'gen_ai.prompt.name',
  'resources/read': 'mcp.resource.uri',
};

function attributesOf({ method, name }: RoundIdentity): Record<string, string> {
  const key = NAME_ATTRIBUTES[method];
  return { 'mcp.method.name': method, ...(key === undefined || name === undefined ? {} : { [key]: name }) };
}
