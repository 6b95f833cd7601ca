/** Why a state was refused. The client is told only that it was; the reason goes to `onEvent` and the server's `onerror`. */
export type RejectionReason =
  | 'malformed'
  | 'too-large'
  | 'unknown-key'
  | 'sealed-otherwise'
  | 'expired'
  | 'other-request'
  | 'other-name'
  | 'other-arguments'
  | 'other-version'
  | 'too-many-reasks'
  | 'replayed'
  | 'not-stored';

/** A sealed state that must not be used. `message` is the reason code alone, so that nothing of the state leaks. */
export class RequestStateRejection extends Error {
  override readonly name = 'RequestStateRejection';
  readonly reason: RejectionReason;

  constructor(reason: RejectionReason) {
    super(reason);
    this.reason = reason;
  }
}

/** A mistake in the server's own code or wiring: a state that cannot be sealed, a server that was not protected. */
export class RequestStateError extends Error {
  override readonly name = 'RequestStateError';
}
