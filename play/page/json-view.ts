import { createElement } from './create-element.ts';

const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** JSON with its parts told apart. */
export function printJson(value: unknown): HTMLElement {
  const text = JSON.stringify(value, undefined, 2);
  const code = createElement('code');
  let at = 0;
  for (const match of text.matchAll(TOKEN)) {
    const [token, string, colon] = match;
    const kind = colon !== undefined ? 'key' : string === undefined ? 'literal' : 'string';
    const shown = string ?? token;
    code.append(
      text.slice(at, match.index),
      createElement('span', { className: `json-${kind}`, textContent: shown }),
    );
    at = match.index + shown.length;
  }
  code.append(text.slice(at));
  return createElement('pre', { className: 'json', tabIndex: 0 }, code);
}

/** Bytes as they go over the wire. */
export function countBytes(value: unknown): number {
  return new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value)).length;
}
