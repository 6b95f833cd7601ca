import type { ts } from '../syntax/ts.ts';

/** A function that a module exports and that nothing in its program calls. */
export interface UncalledExport {
  /** Absolute path of the module. */
  readonly file: string;
  readonly name: string;
  /** It takes an object of the SDK, which only code of an MCP server has to give. */
  readonly takesServer: boolean;
}

/** A function by what code beyond its program can know of it. */
export interface KnownFunction {
  /** Absolute path of its module. */
  readonly file: string;
  readonly name: string;
  /** The export of its module that is it, or that it is a member of. */
  readonly exportedAs: string | undefined;
}

/** What is known of the uses of functions beyond what the files of a program say. */
export interface OutsideUses {
  /** True for a file of tests: what it calls may change without it, which is reported. */
  readonly isTest: (file: ts.SourceFile) => boolean;
  /** Why code beyond the program may call an export; undefined where none can be seen to. */
  readonly callerOf: (exported: UncalledExport) => string | undefined;
  /** Why a function has to stay as it is, whoever calls it in the program; undefined where it need not. */
  readonly heldBy: (fn: KnownFunction) => string | undefined;
}

/** The program is all there is. */
export const NO_OUTSIDE: OutsideUses = {
  isTest: () => false,
  callerOf: () => undefined,
  heldBy: () => undefined,
};
