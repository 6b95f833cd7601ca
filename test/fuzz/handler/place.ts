/** What is in scope where a part of a program is written. */
export interface Place {
  readonly variables: readonly string[];
  readonly constants: readonly string[];
  readonly functions: readonly string[];
  readonly loops: readonly string[];
  readonly depth: number;
  /** `break` and `continue` without a label have a target. */
  readonly isInLoop: boolean;
}

export const OUTERMOST: Place = {
  variables: [],
  constants: [],
  functions: [],
  loops: [],
  depth: 0,
  isInLoop: false,
};

/** The body of a function that binds `names`. */
export function insideFunction(place: Place, ...names: readonly string[]): Place {
  return { ...place, variables: [...place.variables, ...names], loops: [], isInLoop: false, depth: 4 };
}
