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

/** The pages that explain what the author of a handler can do. */
const PAGES: Partial<Record<ResumableErrorReason, string>> = {
  'foreign-wait': 'MRTR7001',
  'not-carried': 'MRTR7002',
  'in-flight': 'MRTR7003',
  'round-over': 'MRTR7004',
  'not-iterable-across-ask': 'MRTR7005',
  'not-compiled': 'MRTR7006',
};

/** Something a resumable function did cannot be continued in another process. Never thrown into user code. */
export class ResumableError extends Error {
  override readonly name = 'ResumableError';
  readonly reason: ResumableErrorReason;

  constructor(reason: ResumableErrorReason, message: string, options?: ErrorOptions) {
    const page = PAGES[reason];
    super(page === undefined ? message : `${message} (${page})`, options);
    this.reason = reason;
  }
}
