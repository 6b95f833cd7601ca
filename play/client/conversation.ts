import type { Form } from '../analysis/analysis.ts';
import { LegacyClient } from './legacy-client.ts';
import { ModernClient, type ClientOptions } from './modern-client.ts';
import { endOf, type Answers, type Call, type Round } from './round.ts';

/** A round and what was answered to it, once or several times. */
export interface Turn {
  readonly round: Round;
  readonly branches: readonly Branch[];
  /** Which of them is looked at. */
  readonly selected: number;
}

export interface Branch {
  readonly answers: Answers;
  readonly turn: Turn;
}

interface MutableTurn extends Turn {
  readonly branches: { readonly answers: Answers; readonly turn: MutableTurn }[];
  selected: number;
}

/**
 * A call and its rounds. Rounds of the modern era stand for themselves, so that any of them can be answered again: they
 * form a tree. A session has but one way to go on.
 */
export class Conversation {
  readonly form: Form;
  readonly call: Call;
  readonly #options: ClientOptions;
  readonly #session: LegacyClient | undefined;
  #root: MutableTurn | undefined;

  constructor(form: Form, call: Call, options: ClientOptions) {
    this.form = form;
    this.call = call;
    this.#options = options;
    this.#session = form === 'native' ? new LegacyClient(options) : undefined;
  }

  async start(): Promise<void> {
    const round = await (this.#session?.start(this.call) ?? new ModernClient(this.#options).round(this.call));
    this.#root = { round, branches: [], selected: 0 };
  }

  /** The turns from the first on, along the branches that are looked at. */
  get path(): readonly Turn[] {
    const turns: MutableTurn[] = [];
    for (let turn = this.#root; turn !== undefined; turn = turn.branches[turn.selected]?.turn)
      turns.push(turn);
    return turns;
  }

  /** Whether a round that was answered can be answered in another way. */
  get canGoBack(): boolean {
    return this.#session === undefined;
  }

  /** Goes on from a turn of the path; from an earlier one in a branch of its own. */
  async answer(turn: Turn, answers: Answers): Promise<void> {
    const { round } = turn;
    const next = await (this.#session?.answer(answers) ??
      new ModernClient(this.#options).round(this.call, { round, answers }));
    const target = turn as MutableTurn;
    target.branches.push({ answers, turn: { round: next, branches: [], selected: 0 } });
    target.selected = target.branches.length - 1;
  }

  select(turn: Turn, branch: number): void {
    (turn as MutableTurn).selected = branch;
  }

  /** The answers along the path, in the order in which they were given. */
  get answers(): readonly Answers[] {
    const chosen = this.path.map(({ branches, selected }) => branches[selected]);
    return chosen.flatMap((branch) => (branch === undefined ? [] : [branch.answers]));
  }

  get isOver(): boolean {
    const last = this.path.at(-1);
    return last !== undefined && endOf(last.round) !== undefined;
  }

  /**
   * Gives answers that were given to another form of the same handler, as long as there are asks for them: in the order
   * of the asks, since sessions know no keys.
   */
  async replay(given: readonly Answers[]): Promise<void> {
    const left = given.flatMap((answers) => Object.values(answers));
    for (let last = this.path.at(-1); last !== undefined && left.length > 0; last = this.path.at(-1)) {
      const { asks } = last.round;
      if (asks.length === 0 || asks.length > left.length) return;
      const taken = left.splice(0, asks.length);
      await this.answer(last, Object.fromEntries(asks.map(({ key }, index) => [key, taken[index] ?? {}])));
    }
  }

  close(): void {
    this.#session?.close();
  }
}
