import { seeded } from '../generate-handler.ts';

/** Random choices and names that are used once; the same seed makes the same program on every machine. */
export class Draw {
  readonly #random: () => number;
  #names = 0;
  #effects = 0;
  #asks = 0;

  constructor(seed: number) {
    this.#random = seeded(seed);
  }

  /** How many asks were numbered so far. */
  get asks(): number {
    return this.#asks;
  }

  chance(probability: number): boolean {
    return this.#random() < probability;
  }

  below(end: number): number {
    return Math.floor(this.#random() * end);
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  /** One of several ways to go on, each as likely as its weight says. */
  weighted<T>(ways: readonly (readonly [weight: number, way: () => T])[]): T {
    let roll = this.#random() * ways.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, way] of ways) {
      roll -= weight;
      if (roll < 0) return way();
    }
    throw new RangeError('no way to choose');
  }

  name(prefix: string): string {
    return `${prefix}${this.#names++}`;
  }

  effect(): string {
    return `'e${this.#effects++}'`;
  }

  ask(): string {
    return `ask ${this.#asks++}`;
  }
}
