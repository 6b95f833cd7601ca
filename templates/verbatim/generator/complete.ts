/** A plain result, marked as the end of the request. */
export function complete<R extends object>(result: R): R & { resultType: 'complete' } {
  return { ...result, resultType: 'complete' };
}
