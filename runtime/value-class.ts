/** How instances of a class travel: as data, and back. */
export interface ValueClass<T = unknown> {
  readonly type: abstract new (...args: never[]) => T;
  /** The instance as data. It runs while a state is sealed. */
  toData(instance: T): unknown;
  fromData(data: unknown): T;
}

/** The static method of a class that gives an instance as data; `Symbol.for('mrtr.serialize')`. */
export const serialize: unique symbol = Symbol.for('mrtr.serialize') as never;
/** The static method of a class that makes an instance of that data; `Symbol.for('mrtr.deserialize')`. */
export const deserialize: unique symbol = Symbol.for('mrtr.deserialize') as never;

/** A class that says itself how its instances travel. */
export interface SelfDescribingClass<T = unknown> {
  readonly prototype: T;
  [serialize](instance: T): unknown;
  [deserialize](data: never): T;
}

/** Classes whose instances a state may hold, under names that stay the same from one version of the server to the next. */
export type ValueClasses = Readonly<Record<string, ValueClass | SelfDescribingClass>>;

/** A class with what is known of how it travels. */
export interface NamedClass {
  readonly name: string;
  readonly prototype: object;
  readonly toData: (instance: unknown) => unknown;
  readonly fromData: (data: unknown) => unknown;
}

/** @throws {TypeError} for something that is neither a class with both methods nor a description of one. */
export function namedClasses(classes: ValueClasses): readonly NamedClass[] {
  return Object.entries(classes).map(([name, given]) => {
    if (typeof given === 'function' && serialize in given && deserialize in given) {
      const type = given as SelfDescribingClass;
      return {
        name,
        prototype: type.prototype as object,
        toData: (instance) => type[serialize](instance),
        fromData: (data) => type[deserialize](data as never),
      };
    }
    if (typeof given !== 'object' || !('type' in given))
      throw new TypeError(
        `classes.${name} is neither { type, toData, fromData } nor a class with static [serialize] and [deserialize]`,
      );
    return {
      name,
      prototype: given.type.prototype as object,
      toData: (instance) => given.toData(instance),
      fromData: (data) => given.fromData(data),
    };
  });
}
