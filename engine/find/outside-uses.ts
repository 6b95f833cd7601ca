import type { ts } from '../syntax/ts.ts';
import type { HelperFunction } from './find-asks.ts';

/** What is known of the uses of functions beyond what the files of a program say. */
export interface OutsideUses {
  /** True for a file of tests: what it calls may change without it, which is reported. */
  readonly isTest: (file: ts.SourceFile) => boolean;
  /** Why code beyond the program may call an exported function; undefined where none can be seen to. */
  readonly callerOf: (fn: HelperFunction, name: string) => string | undefined;
}

/** The program is all there is. */
export const NO_OUTSIDE: OutsideUses = { isTest: () => false, callerOf: () => undefined };
