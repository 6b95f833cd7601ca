import { Choices, seeded } from '../choices.ts';

/** Random choices and names that are used once; the same seed makes the same program on every machine. */
export class Draw extends Choices {
  #effects = 0;
  #asks = 0;

  constructor(seed: number) {
    super(seeded(seed));
  }

  /** How many asks were numbered so far. */
  get asks(): number {
    return this.#asks;
  }

  /** One of several ways to go on, each as likely as its weight says. */
  weighted<T>(ways: readonly (readonly [weight: number, way: () => T])[]): T {
    let roll = this.fraction() * ways.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, way] of ways) {
      roll -= weight;
      if (roll < 0) return way();
    }
    throw new RangeError('no way to choose');
  }

  effect(): string {
    return `'e${this.#effects++}'`;
  }

  ask(): string {
    return `ask ${this.#asks++}`;
  }
}
