/** Whether `response` asks for input instead of completing the request. */
export function isInputRequired(response: object): response is InputRequired {
  return 'resultType' in response && response.resultType === 'input_required';
}

/** Whether `response` completes the request; a result without `resultType` does (older servers do not send it). */
export function isComplete<R extends object>(response: R): response is Exclude<R, InputRequired> {
  const resultType: unknown = 'resultType' in response ? response.resultType : undefined;
  return resultType === undefined || resultType === 'complete';
}

/**
 * Calls the case that `response` is.
 * @throws {TypeError} when its `resultType` is of an extension that neither case knows
 */
export function match<R extends object, A, B = A>(
  response: R,
  cases: {
    complete: (result: Exclude<R, InputRequired>) => A;
    inputRequired: (result: InputRequired) => B;
  },
): A | B {
  if (isInputRequired(response)) return cases.inputRequired(response);
  if (isComplete(response)) return cases.complete(response);
  throw new TypeError('unknown resultType');
}

/** Whether a server may answer `method` with `InputRequired`. */
export function mayRequireInput(method: string): method is MethodWithInputRequired {
  return (methodsWithInputRequired as readonly string[]).includes(method);
}
