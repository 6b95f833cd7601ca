/** A promise of code that is not compiled, which the code that started it does not await. */
export interface FloatingPromise {
  readonly promise: Promise<unknown>;
  /** The call it came from, as written. */
  readonly origin: string;
}

/** How long the end of a round waits for promises that nobody awaits, in milliseconds. */
const PATIENCE = 10_000;

/**
 * The promises that compiled code has started without awaiting them. What they do when they settle may concern what the
 * state carries, so a round ends only when they have.
 */
export class FloatingPromises {
  readonly #patience: number;
  #started: FloatingPromise[] = [];

  constructor(patience = PATIENCE) {
    this.#patience = patience;
  }

  add(floating: FloatingPromise): void {
    this.#started.push(floating);
  }

  get isEmpty(): boolean {
    return this.#started.length === 0;
  }

  /** Waits until all that were added so far have settled; the first that takes too long otherwise. */
  async settle(): Promise<FloatingPromise | undefined> {
    const pending = new Set(this.#started);
    this.#started = [];
    const settled = [...pending].map(async (floating) => {
      try {
        await floating.promise;
      } catch (error) {
        // Waiting has made the rejection a handled one, which nobody would hear of.
        console.warn(`A promise that nobody awaits was rejected: ${floating.origin}`, error);
      }
      pending.delete(floating);
    });
    let timer: ReturnType<typeof setTimeout> | undefined;
    const timeout = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.#patience);
    });
    await Promise.race([Promise.all(settled), timeout]);
    clearTimeout(timer);
    const [late] = pending;
    return late;
  }
}
