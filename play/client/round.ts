import type { StateDescription } from '../../cli/state/describe-state.ts';
import type { JsonRpcMessage } from '../server/messages.ts';

/** A request of a tool, a prompt or a resource. */
export interface Call {
  readonly method: 'tools/call' | 'prompts/get' | 'resources/read';
  readonly params: Readonly<Record<string, unknown>>;
}

/** What the server asks of the client. */
export interface Ask {
  /** The name that the answer goes by; in the legacy era the id of the request. */
  readonly key: string;
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** By key: what a client's own handler gives back. */
export type Answers = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export interface TravellingState {
  readonly sealed: string;
  /** What is inside, before compression and encryption. */
  readonly text: string;
  readonly description: StateDescription;
}

/** One request and what came of it; in the legacy era, what happened between two answers. */
export interface Round {
  readonly number: number;
  /** What the client sent. */
  readonly sent: readonly JsonRpcMessage[];
  /** What the server sent; empty when it failed. */
  readonly received: readonly JsonRpcMessage[];
  readonly failure?: string;
  /** What the server printed. */
  readonly log: readonly string[];
  readonly asks: readonly Ask[];
  readonly state?: TravellingState;
}

/** What the call ended with: the response, or why there is none. */
export function endOf({ asks, failure, received }: Round): JsonRpcMessage | string | undefined {
  if (failure !== undefined) return failure;
  return asks.length > 0 ? undefined : received.at(-1);
}
