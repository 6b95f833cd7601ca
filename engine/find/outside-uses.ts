import type { ts } from '../syntax/ts.ts';

/** A function that a module exports and that nothing in its program calls. */
export interface UncalledExport {
  /** Absolute path of the module. */
  readonly file: string;
  readonly name: string;
  /** It takes an object of the SDK, which only code of an MCP server has to give. */
  readonly takesServer: boolean;
}

/** What is known of the uses of functions beyond what the files of a program say. */
export interface OutsideUses {
  /** True for a file of tests: what it calls may change without it, which is reported. */
  readonly isTest: (file: ts.SourceFile) => boolean;
  /** Why code beyond the program may call an export; undefined where none can be seen to. */
  readonly callerOf: (exported: UncalledExport) => string | undefined;
  /**
   * The test beyond the program that a function has to stay as it is for; undefined where there is none, or where tests
   * are told instead.
   * @param file absolute path of the module that has the function
   */
  readonly testOf: (file: string, name: string) => string | undefined;
}

/** The program is all there is. */
export const NO_OUTSIDE: OutsideUses = {
  isTest: () => false,
  callerOf: () => undefined,
  testOf: () => undefined,
};
