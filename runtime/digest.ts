import { toBase64Url } from './base64url.ts';

const encoder = new TextEncoder();

/**
 * SHA-256 of a JSON value in canonical form: keys sorted by UTF-16 code units, no white space (RFC 8785 without its
 * number formatting, which `JSON.stringify` already follows).
 * @returns 43 characters of base64url.
 */
export async function digestJson(value: unknown): Promise<string> {
  const bytes = encoder.encode(canonicalJson(value));
  return toBase64Url(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
}

function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  const members = entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}
