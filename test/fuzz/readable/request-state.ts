import { createRequestState } from '../../../runtime/index.ts';

/** Seals the states of the rewritten handlers. */
export const requestState = createRequestState({ key: 'a key for fuzzing, thirty-two bytes or more' });
