import type { Outcome } from '../../../runtime/resumable/task.ts';
import { show } from './show.ts';

/** Decides the answer to an ask; throwing is how the client refuses. `index` counts all asks, `repeated` equal ones. */
export type Answer = (question: string, index: number, repeated: number) => unknown;

/** The other side of a handler under test. It answers when nothing moves any more, all open asks in their order. */
export class Client {
  readonly log: string[] = [];
  /** How long it takes to answer, in milliseconds; 0 is as soon as nothing moves any more. */
  readonly delay: number;
  readonly #answer: Answer;
  readonly #asked = new Map<string, number>();
  #answered = 0;
  #open: (() => void)[] = [];

  constructor(answer: Answer, delay = 0) {
    this.#answer = answer;
    this.delay = delay;
  }

  /** To be called where the handler asks. */
  noteAsk(question: unknown): void {
    this.log.push(`ask ${show(question)}`);
  }

  outcomeOf(question: unknown): Outcome {
    const text = String(question);
    const repeated = this.#asked.get(text) ?? 0;
    this.#asked.set(text, repeated + 1);
    try {
      return { ok: true, value: this.#answer(text, this.#answered++, repeated) };
    } catch (error) {
      return { ok: false, error };
    }
  }

  /** The answer as a promise, for code that does not end the round. */
  push(question: unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#open.length === 0) {
        if (this.delay === 0) setImmediate(() => this.#answerAll());
        else setTimeout(() => this.#answerAll(), this.delay);
      }
      this.#open.push(() => {
        const outcome = this.outcomeOf(question);
        if (outcome.ok) resolve(outcome.value);
        else reject(outcome.error);
      });
    });
  }

  #answerAll(): void {
    const open = this.#open;
    this.#open = [];
    for (const answer of open) answer();
  }
}
