/**
 * JSON in canonical form: keys sorted by UTF-16 code units, no white space (RFC 8785, whose number formatting
 * `JSON.stringify` already follows).
 * @returns undefined when the value is not plain JSON, so that equal texts mean equal values.
 */
export function canonicalJson(value: unknown): string | undefined {
  if (value === null || typeof value !== 'object') {
    const isJson = value === null || ['string', 'boolean'].includes(typeof value) || Number.isFinite(value);
    return isJson && !Object.is(value, -0) ? JSON.stringify(value) : undefined;
  }
  if (Array.isArray(value)) {
    const members = Array.from(value, canonicalJson);
    return members.includes(undefined) ? undefined : `[${members.join(',')}]`;
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return undefined;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  const fields = entries.map(([key, field]) => {
    const text = canonicalJson(field);
    return text === undefined ? undefined : `${JSON.stringify(key)}:${text}`;
  });
  return fields.includes(undefined) ? undefined : `{${fields.join(',')}}`;
}
