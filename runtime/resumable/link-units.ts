import { joinFlow } from './flow.ts';
import type { Unit } from './unit.ts';

/** Where a unit is found again: an index into the links of another, starting at the root. */
export type UnitPath = readonly number[];

/** A function marked by `resumable(…)` carries its unit under this symbol. */
export const unitOf = Symbol.for('mrtr.unit');

/**
 * Finds every unit that the links of `root` lead to, nearest first.
 * A link that cannot be evaluated now (a variable that is not initialized yet) leads nowhere.
 */
export function linkUnits(root: Unit): Map<Unit, UnitPath> {
  const paths = new Map<Unit, UnitPath>([[root, []]]);
  for (const [unit, path] of paths) {
    for (const [index, link] of unit.links.entries()) {
      const linked = follow(link);
      if (linked !== undefined && !paths.has(linked)) paths.set(linked, [...path, index]);
    }
  }
  return paths;
}

/** The unit with this id, when the id tells it from all others: those of one name are told apart by their order. */
export function findUnit(
  root: Unit,
  id: string,
): { readonly unit: Unit; readonly path: UnitPath } | undefined {
  const alike = [...linkUnits(root)].filter(([unit]) => unit.id === id || unit.id.startsWith(`${id}~`));
  const [found] = alike;
  return found === undefined || alike.length > 1 ? undefined : { unit: found[0], path: found[1] };
}

/** The unit at `path`, or undefined when this version of the code has none there. */
export function unitAt(root: Unit, path: UnitPath): Unit | undefined {
  let unit: Unit | undefined = root;
  for (const index of path) {
    const link: (() => unknown) | undefined = unit?.links[index];
    unit = link === undefined ? undefined : follow(link);
  }
  return unit;
}

/** The function a resumable call site names, as found again by its unit. */
export function functionAt(root: Unit, path: UnitPath): unknown {
  const owner = unitAt(root, path.slice(0, -1));
  const link = owner?.links[path.at(-1) ?? -1];
  return link?.();
}

function follow(link: () => unknown): Unit | undefined {
  try {
    const callee = link();
    if (typeof callee !== 'function' || !(joinFlow in callee)) return undefined;
    return Reflect.get(callee, unitOf) as Unit | undefined;
  } catch {
    return undefined;
  }
}
