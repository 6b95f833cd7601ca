import type { ts } from '../syntax/ts.ts';
import { code, define, use } from './code.ts';
import type { Code, Variable } from './code.ts';
import type { Registers } from './emit-machine.ts';
import type { BlockId, GraphBuilder } from './flow-graph.ts';
import { printNode } from './print-expression.ts';
import type { PrintContext } from './print-expression.ts';

/** A statement that `break` or `continue` may leave. */
export interface JumpTarget {
  readonly kind: 'target';
  readonly labels: readonly string[];
  readonly breakTo: BlockId;
  /** Absent where `continue` looks further out (`switch`, labelled blocks). */
  readonly continueTo: BlockId | undefined;
  /** True when `break` without a label means this statement; `continue` then needs `continueTo` as well. */
  readonly isDefault: boolean;
}

/** Where jumps lead, and the `finally` blocks they pass on the way. */
export type JumpScope = JumpTarget | { readonly kind: 'finally'; readonly passThrough: (jump: Jump) => void };

export type Jump =
  | { readonly kind: 'break' | 'continue'; readonly label: string | undefined }
  | { readonly kind: 'return'; readonly value: Code; readonly isAwaited: boolean };

/** State of lowering one function to a flow graph. */
export interface Lowering {
  readonly graph: GraphBuilder;
  readonly print: PrintContext;
  readonly registers: Registers;
  /** Enclosing jump targets, innermost last. */
  readonly scopes: JumpScope[];
  /** Names of the file that are assigned somewhere. */
  readonly mutableGlobals: ReadonlySet<string>;
  /** Names that the file itself declares. */
  readonly declaredGlobals: ReadonlySet<string>;
  /** Statements printed as they stand; what they declare stays block-scoped. */
  readonly opaque: Set<ts.Node>;
  /** Where returned promises are waited for, outside every `try`. */
  exit: { readonly block: BlockId; readonly value: Variable } | undefined;
  /** Entries of the recursive descent: the lowering of one construct meets all others through these. */
  readonly lowerExpression: (node: ts.Expression) => Code;
  readonly lowerStatement: (node: ts.Statement, labels?: readonly string[]) => void;
}

export function temporary(lowering: Lowering, base = '$t', reload?: Code): Variable {
  const name = lowering.print.bindings.fresh(base);
  const variable = { name, isBoxed: false, ...(reload === undefined ? {} : { reload }) };
  lowering.graph.variables.push(variable);
  return variable;
}

/** Evaluates `value` now, once, and returns code that reads the result. */
export function spill(lowering: Lowering, value: Code): Code {
  const variable = temporary(lowering);
  lowering.graph.emit(code`${define(variable)} = ${value}`);
  return use(variable);
}

export function print(lowering: Lowering, node: ts.Node): Code {
  return printNode(node, lowering.print);
}
