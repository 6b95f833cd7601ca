export type ResumableErrorReason =
  | 'not-compiled'
  | 'not-carried'
  | 'foreign-wait'
  | 'in-flight'
  | 'round-over'
  | 'stale-state'
  | 'upgrade-failed'
  | 'no-request-state'
  | 'not-iterable-across-ask';

/** Something a resumable function did cannot be continued in another process. Never thrown into user code. */
export class ResumableError extends Error {
  override readonly name = 'ResumableError';
  readonly reason: ResumableErrorReason;

  constructor(reason: ResumableErrorReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}
