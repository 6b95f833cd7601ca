import type { PackedUnit } from './continuation-text.ts';
import type { LinkedParts, UnitPath } from './link-units.ts';
import type { Unit } from './unit.ts';

/** The units that a continuation mentions, in the order in which they are mentioned. */
export class UnitList {
  readonly #paths: LinkedParts['units'];
  readonly #units: Unit[] = [];

  /** @param paths where the units are found */
  constructor(paths: LinkedParts['units']) {
    this.#paths = paths;
  }

  /** @throws {TypeError} for a unit that the next round would not find. */
  indexOf(unit: Unit): number {
    const index = this.#units.indexOf(unit);
    if (index >= 0) return index;
    if (this.#pathTo(unit) === undefined)
      throw new TypeError(`the function ${unit.id} is not reachable by name from the handler that called it`);
    return this.#units.push(unit) - 1;
  }

  has(unit: Unit): boolean {
    return this.#pathTo(unit) !== undefined;
  }

  pack(keepsNames: boolean): PackedUnit[] {
    return this.#units.map((unit) => {
      const path = this.#pathTo(unit) ?? [];
      if (keepsNames) return [unit.hash, unit.id, ...path];
      return path.length === 0 ? unit.hash : [unit.hash, ...path];
    });
  }

  #pathTo(unit: Unit): UnitPath | undefined {
    return this.#paths.get(unit);
  }
}
