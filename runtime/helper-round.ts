/**
 * What a function that asks for its callers gets from them: where it stopped in an earlier round, and how its place
 * becomes part of the state that is sealed.
 */
export interface HelperRound<State> {
  /** Undefined when the function is called anew. */
  readonly state: State | undefined;
  /** The state of the whole handler, for `requestState.ask`. */
  seal(state: State): unknown;
}

/**
 * The round of a helper that is awaited in a step of its caller, which keeps the helper's place as `helper`.
 * @param state the state of the caller; undefined when the request is new
 * @param outer the round of the caller where that is a helper too
 */
export function helperRound<State>(
  state: { readonly helper?: State | undefined } | undefined,
  outer?: { seal(state: never): unknown },
): HelperRound<State> {
  return {
    state: state?.helper,
    seal: (helper) => {
      const own = { ...state, helper };
      return outer === undefined ? own : outer.seal(own as never);
    },
  };
}
