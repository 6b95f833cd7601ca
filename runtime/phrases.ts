/**
 * What the questions of most states have in common (specification 2026-07-28, ElicitRequest and the schemas it allows), the
 * longer of two with the same beginning first. Their place in the list is part of the format: append, and never reorder.
 */
const PHRASES = [
  '{"method":"elicitation/create","params":{"message":"',
  '","requestedSchema":{"type":"object","properties":{"',
  '"]},"mode":"form"}}',
  '"]},"mode":"form"',
  '"},"mode":"form"}}',
  '"}},"required":["',
  '},"required":["',
  '":{"type":"string"',
  '":{"type":"boolean"',
  // JSON escapes control characters, but the text that is shortened has line feeds of its own.
  undefined,
  '":{"type":"integer"',
  '":{"type":"number"',
  ',"title":"',
  ',"description":"',
  ',"enum":["',
  ',"default":',
  ',"minimum":',
  ',"maximum":',
  ',"minLength":',
  ',"maxLength":',
  ',"format":"',
  '{"const":"',
  '","title":"',
  ',"oneOf":[',
  '{"method":"sampling/createMessage","params":{"messages":[{"role":"user","content":{"type":"text","text":"',
  ',"maxTokens":',
  ',"systemPrompt":"',
  '{"method":"elicitation/create","params":{"mode":"url","message":"',
  '","url":"https://',
  '{"method":"roots/list"}',
];

const codes = new Map(PHRASES.map((phrase, index) => [phrase, String.fromCharCode(index + 1)]));
const escaped = PHRASES.flatMap((phrase) => phrase?.replaceAll(/[{}[\]./]/g, '\\$&') ?? []);
const anyPhrase = new RegExp(escaped.join('|'), 'g');
const anyCode = new RegExp(`[${[...codes.values()].filter((code) => code !== '\n').join('')}]`, 'g');

/** JSON text with a control character, which JSON never contains, for each of its usual phrases. */
export function shorten(json: string): string {
  return json.replace(anyPhrase, (phrase) => codes.get(phrase) ?? phrase);
}

/** Undoes {@link shorten}. */
export function lengthen(text: string): string {
  return text.replace(anyCode, (code) => PHRASES[code.charCodeAt(0) - 1] ?? code);
}
