import { createElement } from './create-element.ts';

/** Text of the catalogue, where names stand in backticks. */
export function inlineCode(text: string): readonly (Node | string)[] {
  return text
    .split('`')
    .map((part, index) => (index % 2 === 0 ? part : createElement('code', { textContent: part })));
}
