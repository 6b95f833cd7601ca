import type { ts } from '../../../engine/syntax/ts.ts';
import type { Suspensions } from './suspensions.ts';

/** What simplifying one function works with. */
export interface SimplifyContext {
  readonly suspensions: Suspensions;
  readonly checker: ts.TypeChecker;
  readonly fresh: (base: string) => string;
  /** No variable that the function mentions has this name. */
  readonly isFree: (name: string) => boolean;
  readonly isTyped: boolean;
  /** A call of a function of the project, whose arguments are evaluated again in the next round. */
  readonly isHelperCall: (call: ts.Node) => boolean;
}

/** An expression has no simpler form that is known to mean the same. */
export class NotSimplified extends Error {}
