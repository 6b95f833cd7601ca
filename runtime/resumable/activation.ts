import { Closure } from './closure.ts';
import type { ClosureData } from './closure.ts';
import type { Flow } from './flow.ts';
import { Task, valueOf } from './task.ts';
import type { Outcome } from './task.ts';

/** One call of a resumable function: what its compiled code (`$a`) talks to. */
export class Activation extends Closure {
  readonly task: Task;
  readonly args: readonly unknown[];
  readonly self: unknown;
  label = 0;
  slots: readonly unknown[] = [];
  #sent: Outcome | undefined;

  constructor(flow: Flow, data: ClosureData, self: unknown, args: readonly unknown[], task?: Task) {
    super(flow, data);
    this.self = self;
    this.args = args;
    this.task =
      task ?? Task.of(flow, { kind: 'activation', closure: data, label: 0, slots: [], awaiting: undefined });
  }

  /** The function that was called. */
  get callee(): unknown {
    return this.flow.functionOf(this.data);
  }

  get argumentsObject(): IArguments {
    return argumentsOf(this.args);
  }

  isTask(value: unknown): value is Task {
    return value instanceof Task;
  }

  /** Waits for `task`; `slots` is what the code needs to continue at `label`, here or in another process. */
  async wait(label: number, task: Task, slots: readonly unknown[]): Promise<unknown> {
    this.task.data = { kind: 'activation', closure: this.data, label, slots, awaiting: task };
    const outcome = await this.flow.park(this.task, task);
    return valueOf(outcome);
  }

  /** Prepares a run that continues at `label` with `outcome`. */
  continueAt(label: number, slots: readonly unknown[], outcome: Outcome): void {
    this.label = label;
    this.slots = slots;
    this.#sent = outcome;
  }

  /** True until compiled code has taken what was awaited. */
  get resumed(): boolean {
    return this.#sent !== undefined;
  }

  /** What was awaited, in the first step after a continuation: its value, or it throws. */
  sent(): unknown {
    const sent = this.#sent;
    this.#sent = undefined;
    return sent === undefined ? undefined : valueOf(sent);
  }
}

/** `arguments` of a call with these values. */
export function argumentsOf(values: readonly unknown[]): IArguments {
  return (
    function () {
      return arguments;
    } as (...args: readonly unknown[]) => IArguments
  )(...values);
}
