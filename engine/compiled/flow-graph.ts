import type { ts } from '../syntax/ts.ts';
import type { Code, Variable } from './code.ts';

export type BlockId = number;

export type Terminal =
  | { readonly kind: 'goto'; readonly to: BlockId }
  | { readonly kind: 'branch'; readonly test: Code; readonly whenTrue: BlockId; readonly otherwise: BlockId }
  | { readonly kind: 'return'; readonly value: Code }
  | { readonly kind: 'throw'; readonly value: Code }
  /** Continues at `to` with the awaited value in the sent register. `node` is absent for returned promises and in `for await`. */
  | {
      readonly kind: 'await';
      readonly operand: Code;
      readonly to: BlockId;
      readonly node?: ts.AwaitExpression;
    };

export interface BasicBlock {
  readonly id: BlockId;
  /** The block that an exception thrown here goes to. */
  readonly handler: BlockId | undefined;
  readonly instructions: Code[];
  terminal: Terminal | undefined;
}

export interface FlowGraph {
  readonly blocks: readonly BasicBlock[];
  readonly variables: readonly Variable[];
}

export function successorsOf(terminal: Terminal): readonly BlockId[] {
  switch (terminal.kind) {
    case 'goto':
    case 'await':
      return [terminal.to];
    case 'branch':
      return [terminal.whenTrue, terminal.otherwise];
    case 'return':
    case 'throw':
      return [];
  }
}

/** Builds a graph block by block; code added after a jump is unreachable and dropped. */
export class GraphBuilder {
  readonly blocks: BasicBlock[] = [];
  readonly variables: Variable[] = [];
  handler: BlockId | undefined;
  #current: BasicBlock | undefined;

  constructor() {
    this.enter(this.block());
  }

  /** Reserves a block under the present exception handler. */
  block(): BlockId {
    const id = this.blocks.length;
    this.blocks.push({ id, handler: this.handler, instructions: [], terminal: undefined });
    return id;
  }

  blockOutsideTry(): BlockId {
    const { handler } = this;
    this.handler = undefined;
    const id = this.block();
    this.handler = handler;
    return id;
  }

  /** Code that follows goes into `id`; falls into it from the open block, if there is one. */
  enter(id: BlockId): void {
    this.end({ kind: 'goto', to: id });
    this.#current = this.blocks[id];
  }

  emit(instruction: Code): void {
    this.#current?.instructions.push(instruction);
  }

  end(terminal: Terminal): void {
    if (this.#current !== undefined) this.#current.terminal = terminal;
    this.#current = undefined;
  }

  get isOpen(): boolean {
    return this.#current !== undefined;
  }
}
