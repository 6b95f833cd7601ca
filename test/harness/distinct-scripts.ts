import { behaviourAt, type Behaviour } from './behaviours.ts';
import type { Transcript } from './record-fixture.ts';

/**
 * Tells the scripts that give a fixture other answers than those before it from those that repeat one, because the
 * fixture asks less often than they differ. What a repeated one would record has been recorded.
 */
export class DistinctScripts {
  readonly #recorded: { readonly script: readonly Behaviour[]; readonly asks: number }[] = [];

  repeats(script: readonly Behaviour[]): boolean {
    return this.#recorded.some((earlier) =>
      Array.from({ length: earlier.asks }, (_, turn) => turn).every(
        (turn) => behaviourAt(earlier.script, turn) === behaviourAt(script, turn),
      ),
    );
  }

  /** @param transcript of the original server, in the world that this is about */
  add(script: readonly Behaviour[], { asks }: Transcript): void {
    const elicited = asks.filter((ask) => (ask as { method: string }).method === 'elicitation/create');
    this.#recorded.push({ script, asks: elicited.length });
  }
}
