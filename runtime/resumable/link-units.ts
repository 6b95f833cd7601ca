import { joinFlow } from './flow.ts';
import type { Unit } from './unit.ts';

/** Where something is found again: indexes into the links of one unit after the other, starting at the root. */
export type UnitPath = readonly number[];

/** A function marked by `resumable(…)` carries its unit under this symbol. */
export const unitOf = Symbol.for('mrtr.unit');

/** A marked function as the code that calls it finds it, with what it is called on. */
export interface Receiver {
  readonly unit: Unit;
  readonly self: unknown;
}

/** What the links of a root lead to. */
export interface LinkedParts {
  readonly units: ReadonlyMap<Unit, UnitPath>;
  /** Objects by the name under which {@link objectAt} finds them. */
  readonly objects: ReadonlyMap<unknown, string>;
}

/** Trees of services that have no end are followed this far. */
const MAX_RECEIVERS = 1000;

/**
 * Finds every unit that the links of `root` lead to, nearest first, and the objects on the way: what methods are called
 * on, and what code from outside the functions hands to them.
 * A link that cannot be evaluated now (a variable that is not initialized yet) leads nowhere.
 */
export function findLinked(root: Receiver): LinkedParts {
  const units = new Map<Unit, UnitPath>();
  const objects = new Map<unknown, string>();
  const queue: { at: Receiver; path: UnitPath; via: string }[] = [{ at: root, path: [], via: '' }];
  const seen = new Map<Unit, Set<unknown>>();
  for (const { at, path, via } of queue) {
    if (seen.get(at.unit)?.has(at.self) === true || queue.length > MAX_RECEIVERS) continue;
    seen.set(at.unit, (seen.get(at.unit) ?? new Set()).add(at.self));
    if (!units.has(at.unit)) units.set(at.unit, path);
    nameObject(objects, at.self, `this.${path.join('.')}${via}`);
    for (const [index, link] of at.unit.links.entries()) {
      const [self, value] = evaluate(link, at.self);
      const next = [...path, index];
      const unit = unitBehind(value);
      const passed = path.length === 0 ? '' : `${via}~${at.unit.hash}`;
      if (unit !== undefined) queue.push({ at: { unit, self }, path: next, via: passed });
      // A member may hold other data by then.
      else if (self === undefined || !isData(value))
        nameObject(objects, value, `link.${next.join('.')}${passed}`);
    }
  }
  return { units, objects };
}

/** The unit with this id, when the id tells it from all others: those of one name are told apart by their order. */
export function findUnit(
  root: Receiver,
  id: string,
): { readonly unit: Unit; readonly path: UnitPath } | undefined {
  const alike = [...findLinked(root).units].filter(
    ([unit]) => unit.id === id || unit.id.startsWith(`${id}~`),
  );
  const [found] = alike;
  return found === undefined || alike.length > 1 ? undefined : { unit: found[0], path: found[1] };
}

/** The unit at `path`, or undefined when this version of the code has none there. */
export function unitAt(root: Receiver, path: UnitPath): Unit | undefined {
  return receiverAt(root, path)?.unit;
}

/** The value that the last link of `path` leads to. */
export function valueAt(root: Receiver, path: UnitPath): unknown {
  const owner = receiverAt(root, path.slice(0, -1));
  const link = owner?.unit.links[path.at(-1) ?? -1];
  return link === undefined ? undefined : evaluate(link, owner?.self)[1];
}

/**
 * The object that {@link findLinked} has named; undefined when there is none any more. The name has the versions of the
 * units between the root and the object: another version may name what it uses in another order.
 */
export function objectAt(root: Receiver, name: string): unknown {
  const [place = '', ...versions] = name.split('~');
  const [kind, ...indexes] = place.split('.');
  const path = indexes.filter((index) => index !== '').map(Number);
  const isSame = versions.every((hash, index) => unitAt(root, path.slice(0, index + 1))?.hash === hash);
  if (!isSame) return undefined;
  return kind === 'this' ? receiverAt(root, path)?.self : valueAt(root, path);
}

function receiverAt(root: Receiver, path: UnitPath): Receiver | undefined {
  let at: Receiver | undefined = root;
  for (const index of path) {
    const link: Unit['links'][number] | undefined = at?.unit.links[index];
    const [self, value]: readonly [unknown, unknown] =
      link === undefined ? [undefined, undefined] : evaluate(link, at?.self);
    const unit = unitBehind(value);
    at = unit === undefined ? undefined : { unit, self };
  }
  return at;
}

function evaluate(link: Unit['links'][number], self: unknown): readonly [self: unknown, value: unknown] {
  try {
    return link(self);
  } catch {
    return [undefined, undefined];
  }
}

function unitBehind(value: unknown): Unit | undefined {
  if (typeof value !== 'function' || !(joinFlow in value)) return undefined;
  return Reflect.get(value, unitOf) as Unit | undefined;
}

function nameObject(objects: Map<unknown, string>, value: unknown, name: string): void {
  const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
  if (isObject && !objects.has(value)) objects.set(value, name);
}

function isData(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null || Array.isArray(value)) return true;
  return [Map, Set, Date, RegExp, URL].some((type) => value instanceof type) || ArrayBuffer.isView(value);
}
