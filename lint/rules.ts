import type { LintRule } from './lint-rule.ts';
import { deadCatch } from './rules/dead-catch.ts';
import { declineAskedAgain } from './rules/decline-asked-again.ts';
import { effectBeforeGuard } from './rules/effect-before-guard.ts';
import { plainRequestState } from './rules/plain-request-state.ts';
import { secretInState } from './rules/secret-in-state.ts';
import { stateWithoutVerify } from './rules/state-without-verify.ts';
import { tooManyRounds } from './rules/too-many-rounds.ts';
import { unknownAnswerKey } from './rules/unknown-answer-key.ts';
import { unvalidatedAnswer } from './rules/unvalidated-answer.ts';

/** Every rule for hand-written multi-round-trip code; `mrtr check` and the ESLint plugin run the same ones. */
export const lintRules: readonly LintRule[] = [
  deadCatch,
  declineAskedAgain,
  effectBeforeGuard,
  plainRequestState,
  secretInState,
  stateWithoutVerify,
  tooManyRounds,
  unknownAnswerKey,
  unvalidatedAnswer,
];
