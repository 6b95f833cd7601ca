import type { Activation } from './activation.ts';
import type { Closure } from './closure.ts';

interface FunctionCode {
  /** Names of the captured variables. */
  readonly captured: readonly string[];
}

/** A function that contains suspension points, as the compiler prints it. */
export interface MachineCode extends FunctionCode {
  readonly run: (activation: Activation) => Promise<unknown>;
  readonly name: string;
  readonly length: number;
  /**
   * What the slots hold per resume label: `x` the value of the only variable of that name, `&x` its box, `#x` or `#`
   * something that no name identifies in another version of the function.
   */
  readonly names: Readonly<Record<number, readonly string[]>>;
  /** The names of the resume labels that one tells from all others of the function. */
  readonly points: Readonly<Record<number, string>>;
}

/** A nested function without suspension points, or a class: `make` builds it over its captured variables. */
export interface ClosureCode extends FunctionCode {
  readonly make: (closure: Closure) => unknown;
}

/** What the compiler puts in place of the argument of `resumable(…)`. Function 0 is the marked function itself. */
export interface Unit {
  readonly id: string;
  /** Structural hash: states of another version of the function are rejected. */
  readonly hash: string;
  readonly functions: readonly (MachineCode | ClosureCode)[];
  /**
   * Re-evaluates what this unit names outside of itself, so that callees, and what they are called on, are found again
   * without a registry. `self` is the `this` of the marked function.
   */
  readonly links: readonly ((self: unknown) => readonly [self: unknown, value: unknown])[];
}

export function isMachine(code: MachineCode | ClosureCode): code is MachineCode {
  return 'run' in code;
}

export function isUnit(value: unknown): value is Unit {
  return (
    typeof value === 'object' && value !== null && 'links' in value && 'functions' in value && 'hash' in value
  );
}
