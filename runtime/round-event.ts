import type { RejectionReason } from './request-state-error.ts';
import type { UpgradeReason } from './upgrade.ts';

/** The round that something happened in. */
export interface RoundIdentity {
  readonly method: string;
  /** The tool, prompt or resource. */
  readonly name: string | undefined;
  /** The same in all rounds of a flow; undefined before the first state is sealed or one is opened. */
  readonly flow?: string;
  /** The number of the round that sealed the state, from 1. */
  readonly round?: number;
}

/** What happened to a flow. Made of constants, names and numbers: nothing of a state or an answer is in it. */
export type RoundEvent = RoundIdentity &
  (
    | {
        readonly type: 'suspended';
        readonly keys: readonly string[];
        readonly length: number;
        readonly stored: boolean;
      }
    | { readonly type: 'resumed' }
    | { readonly type: 'asked-again'; readonly keys: readonly string[]; readonly reasks: number }
    /** The state was of another version, and the handler has started again. */
    | { readonly type: 'restarted'; readonly difference: UpgradeReason }
    /** The state was of another version, and so many frames of it were taken over. */
    | { readonly type: 'migrated'; readonly frames: number }
    | {
        readonly type: 'rejected';
        readonly reason: RejectionReason;
        /** For `other-version`. */
        readonly difference?: UpgradeReason;
      }
    | { readonly type: 'store-unavailable'; readonly error: Error }
  );

/** The part of a `Span` of @opentelemetry/api that is used. */
export interface RoundSpan {
  setAttribute(key: string, value: string | number | boolean): unknown;
  setStatus(status: { readonly code: number; readonly message?: string }): unknown;
  end(): void;
}

/** The part of a `Tracer` of @opentelemetry/api that is used. */
export interface RoundTracer {
  startActiveSpan<Result>(
    name: string,
    options: { readonly attributes: Record<string, string> },
    run: (span: RoundSpan) => Result,
  ): Result;
}
