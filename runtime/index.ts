export { elicitResult, rootsResult, samplingResult } from './answers.ts';
export { unvalidated } from './request-binding.ts';
export { createRequestState } from './request-state.ts';
export type { RequestState, RequestStateOptions } from './request-state.ts';
export type { StateCodec } from './state-codec.ts';
export { RequestStateError, RequestStateRejection } from './request-state-error.ts';
export type { RejectionReason } from './request-state-error.ts';
export { resumable } from './resumable.ts';
