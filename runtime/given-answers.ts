import { isWellFormed } from './answers.ts';
import { canonicalJson } from './canonical-json.ts';
import type { Envelope, Question } from './envelope.ts';
import type { RequestBinding } from './request-binding.ts';

/** The answers that are there before the function asks: those sent with a first request, or left when a flow starts again. */
export class GivenAnswers {
  readonly #binding: RequestBinding;
  readonly #keys: Set<string>;
  /** What was asked when the answer was given; undefined for those sent with the first request. */
  #questions: Envelope['questions'] | undefined;

  constructor(binding: RequestBinding) {
    this.#binding = binding;
    this.#keys = new Set(binding.opened === undefined ? Object.keys(binding.answers) : []);
  }

  /** The flow starts again: the answers of the round are given to those who ask the same. */
  keepUnchanged({ questions }: Envelope): void {
    this.#questions = questions;
    for (const key of Object.keys(questions)) this.#keys.add(key);
  }

  /** Whether there is an answer under `key` to the question; each is used once. */
  take(key: string, question: Question): boolean {
    if (!this.#keys.has(key) || !this.#isSame(key, question)) return false;
    this.#keys.delete(key);
    return isWellFormed(question, this.#binding.answers[key]);
  }

  #isSame(key: string, question: Question): boolean {
    if (this.#questions === undefined) return true;
    const asked = Object.hasOwn(this.#questions, key) ? this.#questions[key] : undefined;
    return asked !== undefined && canonicalJson(asked) === canonicalJson(question);
  }
}
