/**
 * What a continuation refers to by name, because every round brings it anew: values with their names, in maps of which the
 * first that has the value counts. A merged map would be made, and thrown away, twice in each round.
 */
export type Anchors = readonly ReadonlyMap<unknown, string>[];

/** The name of `value`, if it has one. */
export function nameIn(anchors: Anchors, value: unknown): string | undefined {
  for (const names of anchors) {
    const name = names.get(value);
    if (name !== undefined) return name;
  }
  return undefined;
}

/** The value that is called `name`, in a list because it may be undefined. A state mentions few of them. */
export function valueIn(anchors: Anchors, name: string): readonly [value: unknown] | undefined {
  for (const names of anchors) for (const [value, known] of names) if (known === name) return [value];
  return undefined;
}
