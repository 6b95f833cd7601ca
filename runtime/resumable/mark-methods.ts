import type { ResumableFunction } from './make-resumable.ts';
import { isUnit } from './unit.ts';
import type { Unit } from './unit.ts';

interface Class {
  readonly prototype: object;
  readonly name: string;
}
/** The name of a method, or, compiled, its unit under that name. */
export type MethodMark = string | Readonly<Record<string, Unit>>;

/** True for what stands behind the class in `resumable(type, …)`; nothing else has such arguments. */
export function areMethodMarks(given: readonly unknown[]): given is readonly MethodMark[] {
  const isMark = (mark: unknown): boolean =>
    typeof mark === 'string' ||
    (typeof mark === 'object' && mark !== null && Object.values(mark).some(isUnit));
  return given.length > 0 && given.every(isMark);
}

/** What stands for a method: as it is, or compiled. */
export interface MethodReplacement {
  readonly uncompiled: (method: ResumableFunction) => ResumableFunction;
  readonly compiled: (unit: Unit) => ResumableFunction;
}

/**
 * Replaces marked methods of a class, static ones included, by functions that take part in flows.
 * @throws {TypeError} for a name under which the class itself has no method.
 */
export function markMethods(type: Class, marks: readonly MethodMark[], by: MethodReplacement): void {
  for (const mark of marks) {
    if (typeof mark === 'string') replace(type, mark, by.uncompiled);
    else for (const [name, unit] of Object.entries(mark)) replace(type, name, () => by.compiled(unit));
  }
}

function replace(
  type: Class,
  name: string,
  replacement: (method: ResumableFunction) => ResumableFunction,
): void {
  const holder = [type.prototype, type].find((candidate) => Object.hasOwn(candidate, name));
  const property = holder && Object.getOwnPropertyDescriptor(holder, name);
  const method: unknown = property?.value;
  if (holder === undefined || typeof method !== 'function')
    throw new TypeError(`${type.name} has no method ${name} of its own: resumable() cannot mark it.`);
  Object.defineProperty(holder, name, { ...property, value: replacement(method as ResumableFunction) });
}
