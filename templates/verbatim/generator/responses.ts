/** The answer that asks for input: marked as such, with questions, a state to send back, or both. */
export type InputRequired = InputRequiredResult & { resultType: 'input_required' } & (
    { inputRequests: InputRequests } | { requestState: string }
  );

/** What `inputRequired` is given. */
export type InputRequiredParts = { _meta?: NonNullable<InputRequiredResult['_meta']> } & (
  | { inputRequests: InputRequests; requestState?: string }
  | { inputRequests?: InputRequests; requestState: string }
);

/** Builds the answer that asks for input. */
export function inputRequired(parts: InputRequiredParts): InputRequired {
  return { ...parts, resultType: 'input_required' };
}

/**
 * The refined type of a wire result that asks for input, marked as one.
 * @throws {TypeError} when it has neither questions nor a state
 */
export function toInputRequired(result: InputRequiredResult): InputRequired {
  const { inputRequests, requestState } = result;
  if (inputRequests !== undefined) return { ...result, inputRequests, resultType: 'input_required' };
  if (requestState !== undefined) return { ...result, requestState, resultType: 'input_required' };
  throw new TypeError('neither inputRequests nor requestState');
}
