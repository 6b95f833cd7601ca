import { inspect } from 'node:util';

/** Names under which people keep what must not be shown. Names of variables, so words run together in every style. */
const SECRET_NAME =
  /pass(word|wd|phrase|code)|secret|token|api_?-?key|private_?-?key|access_?-?key|credential|authorization|\bauth\b|cookie|session|bearer|jwt|otp|\bpin\b|ssn|iban|card_?-?number|cvc|cvv/i;

/** What stands for a value that is not shown. */
class Redacted {
  readonly #note: string;

  constructor(value: unknown) {
    this.#note = typeof value === 'string' ? `redacted, ${value.length} characters` : 'redacted';
  }

  [inspect.custom](): string {
    return `[${this.#note}]`;
  }
}

function looksSecret(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** A copy of decoded data in which what has a secret-looking name is replaced, however deep it lies. */
export function redact(value: unknown, name = ''): unknown {
  return redactValue(value, name, new Map());
}

function redactValue(value: unknown, name: string, copies: Map<object, unknown>): unknown {
  if (looksSecret(name) && value !== undefined && value !== null) return new Redacted(value);
  if (typeof value !== 'object' || value === null) return value;
  const known = copies.get(value);
  if (known !== undefined) return known;
  if (Array.isArray(value)) return fillArray(value, copies);
  if (value instanceof Map) return fillMap(value, copies);
  if (value instanceof Set) return new Set([...value].map((member) => redactValue(member, '', copies)));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null && !(value instanceof Error)) return value;
  const copy = (value instanceof Error ? { name: value.name, message: value.message } : {}) as Record<
    string,
    unknown
  >;
  copies.set(value, copy);
  for (const [key, member] of Object.entries(value)) copy[key] = redactValue(member, key, copies);
  return copy;
}

function fillArray(value: readonly unknown[], copies: Map<object, unknown>): unknown[] {
  const copy: unknown[] = [];
  copies.set(value, copy);
  for (const member of value) copy.push(redactValue(member, '', copies));
  return copy;
}

function fillMap(value: ReadonlyMap<unknown, unknown>, copies: Map<object, unknown>): Map<unknown, unknown> {
  const copy = new Map<unknown, unknown>();
  copies.set(value, copy);
  for (const [key, member] of value)
    copy.set(key, redactValue(member, typeof key === 'string' ? key : '', copies));
  return copy;
}
